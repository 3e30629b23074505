import type { Gap } from '../../base/index.ts';
import type { Inventory } from '../../inventory/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import { principalsOf } from '../principals.ts';
import { gapOf, type TrustGraph } from '../trust-graph.ts';
import { mayAssumeSomething } from './policy-reach.ts';

/** Everybody from whom some chain of trust may lead to one of the roles, themselves included, and the accounts that are not known. */
export interface Closure {
  readonly principals: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

/**
 * Works backward from roles along their trust policies. Generous on purpose, as the trust graph is: it says who must be
 * looked at, and leaves out who has no chain at all.
 */
export function leadingTo(inventory: Inventory, graph: TrustGraph, seeds: Iterable<string>): Closure {
  const principals = new Set(seeds);
  const gaps = new Map<string, Gap>();
  const expanded = new Set<string>();
  for (const principal of principals) {
    for (const name of graph.trusted(principal)) {
      const { partition = '', account = '' } = parseArn(principal) ?? {};
      const key = `${partition} ${name === '*' ? account : ''} ${name}`;
      if (expanded.has(key)) continue;
      expanded.add(key);
      const others = name === '*' ? anybody(inventory, account) : named(inventory, graph, name, partition, gaps);
      for (const other of others) principals.add(other);
    }
  }
  return { principals, gaps: [...gaps.values()] };
}

/** Beside `*`, which stands for strangers: whom an own policy lets out, and in the role's account everybody. */
function anybody(inventory: Inventory, account: string): readonly string[] {
  const home = principalsOf(inventory.accounts.get(account));
  return ['*', ...home, ...[...inventory.accounts.keys()].flatMap((id) => assumers(inventory, id))];
}

/** Whom a name in a trust policy stands for, of an account those that may assume anything. */
export function named(
  inventory: Inventory,
  graph: TrustGraph,
  name: string,
  partition: string,
  gaps: Map<string, Gap>,
): readonly string[] {
  if (/^\d{12}$/.test(name)) {
    const gap = gapOf(graph, inventory, name);
    if (gap !== undefined) gaps.set(gap.id, gap);
    const root = gap === undefined ? [] : [`arn:${partition}:iam::${name}:root`];
    return [...root, ...assumers(inventory, name)];
  }
  if (/^AROA/.test(name)) return graph.called(name);
  const arn = parseArn(name);
  if (arn === undefined) return [];
  // Who comes to a role of which nobody knows the trust policy is not known either.
  const gap = arn.resource.startsWith('user/') ? undefined : gapOf(graph, inventory, arn.account);
  if (gap !== undefined) gaps.set(gap.id, gap);
  const [kind = '', role = ''] = arn.resource.split('/');
  if (arn.service === 'sts' && kind === 'assumed-role') {
    const bare = `arn:${arn.partition}:iam::${arn.account}:role/${role}`;
    const roles = graph.rolesOf(arn.account).filter((each) => each.endsWith(`/${role}`));
    return roles.length === 0 ? [bare] : roles;
  }
  return ['role', 'user', 'oidc-provider', 'saml-provider'].includes(kind) ? [name] : [];
}

const known = new WeakMap<object, readonly string[]>();

/** The principals of a collected account whose policies may allow assuming anything: a trust in the account needs that too. */
function assumers(inventory: Inventory, account: string): readonly string[] {
  const iam = inventory.accounts.get(account)?.iam();
  if (iam?.state !== 'collected') return [];
  let found = known.get(iam.value);
  if (found === undefined) {
    found = [...iam.value.roles, ...iam.value.users].filter(mayAssumeSomething).map(({ arn }) => arn);
    known.set(iam.value, found);
  }
  return found;
}
