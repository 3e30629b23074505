import type { IamPrincipal, IamRole, PolicyDocument } from '../../inventory/index.ts';
import { parseArn, readIdentity } from '../../rules/arn/index.ts';
import { findPrincipal } from '../principals.ts';
import { leadingOnFrom, type Node } from './ahead.ts';
import { type Graphed, sides } from './clusters.ts';
import { speakingOf } from './policy-reach.ts';
import { governedAlike, said } from './touched.ts';

/** The sessions of a side that may be others than on the other side, or come to under other conditions. */
export type Moved = (nodes: Iterable<Node>) => ReadonlySet<Node>;

/**
 * Says which sessions may differ between two sides: where a principal that changed is, and all that comes after. Where
 * nothing but its policies changed, its own session stays what it was, and only those that the changed policies speak of differ.
 */
export function makeMoved(graphs: readonly [Graphed, Graphed], changed: ReadonlySet<string>): Moved {
  const known = new Map<string, Change>();
  const changeOf = (arn: string): Change => {
    let change = known.get(arn);
    if (change === undefined) {
      const [old, fresh] = sides((i) => principalOf(graphs[i], arn));
      const alike = governedAlike(graphs[0].inventory, graphs[1].inventory, parseArn(arn)?.account ?? '');
      change = alike ? compare(old, fresh) : 'itself';
      known.set(arn, change);
    }
    return change;
  };
  return (nodes) =>
    leadingOnFrom(
      [...nodes].flatMap((node) => {
        if (!changed.has(node.arn)) return [];
        const change = changeOf(node.arn);
        return change === 'itself' ? [node] : node.next().filter(({ arn }) => change(arn));
      }),
    );
}

/** What of a principal changed: it is another itself, or only what is said of steps to these roles. */
type Change = 'itself' | ((roleArn: string) => boolean);

function principalOf({ inventory }: Graphed, arn: string): IamPrincipal | undefined {
  const identity = readIdentity(arn);
  return 'error' in identity ? undefined : findPrincipal(inventory, identity).principal;
}

function compare(old: IamPrincipal | undefined, fresh: IamPrincipal | undefined): Change {
  if (old === undefined || fresh === undefined || itselfOf(old) !== itselfOf(fresh)) return 'itself';
  return speakingOf([...without(old.policies, fresh.policies), ...without(fresh.policies, old.policies)]);
}

function itselfOf(principal: IamPrincipal): string {
  const { uniqueId, createDate, tags, boundary } = principal;
  return said([uniqueId, createDate, tags, boundary, (principal as Partial<IamRole>).trust]);
}

function without(policies: readonly PolicyDocument[], others: readonly PolicyDocument[]): readonly PolicyDocument[] {
  const same = new Set(others);
  const left = policies.filter((policy) => !same.has(policy));
  if (left.length === 0) return left;
  const texts = new Set(others.map(said));
  return left.filter((policy) => !texts.has(said(policy)));
}
