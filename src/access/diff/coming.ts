import type { IamPrincipal, PolicyDocument } from '../../inventory/index.ts';
import { type Identity, readIdentity } from '../../rules/arn/index.ts';
import { startSession } from '../../rules/sts/index.ts';
import { mayAssume } from '../assume.ts';
import { accountGap, findPrincipal } from '../principals.ts';
import type { AssumptionName } from '../types.ts';
import { prepareGiven, type World } from '../world.ts';
import type { Apart } from './apart.ts';
import { named } from './closure.ts';
import { namedByPair } from './cluster-index.ts';
import { type Graphed, mappedByPair, type Pair, sides } from './clusters.ts';
import { mayReach } from './policy-reach.ts';

/** Where more can come from than this, looking forward from those who are asked about is less work. */
const MOST = 400;

/** The roles from which, on either side, some chain may lead to anybody of whom one of some clusters makes anything. */
export type Within = (clusters: Iterable<string>) => (role: string) => boolean;

/** Says from where clusters can be come to, once for each. */
export function makeWithin(
  pairs: ReadonlyMap<string, Pair>,
  graphs: readonly [Graphed, Graphed],
  { apart, now }: Pick<World, 'now'> & { readonly apart: Apart },
): Within {
  const known = new Map<string, { readonly roles: ReadonlySet<string> | undefined }>();
  const worlds = sides(
    (i): World => ({ now, inventory: graphs[i].inventory, given: prepareGiven([]), assume: TRUST_ALONE, openTags: true }),
  );
  const mayStep = sides((i) => (caller: IamPrincipal, role: Trusting) => mayTake(worlds[i], graphs[i], caller, role));
  const rolesOf = (cluster: string): ReadonlySet<string> | undefined => {
    let found = known.get(cluster);
    if (found === undefined) {
      const pair = pairs.get(cluster) ?? [undefined, undefined];
      const { anybody, accounts } = namedByPair(pair, graphs);
      const seeds = mappedByPair(pair, graphs).flatMap(({ principals }) => [...principals]);
      found = { roles: anybody || accounts.size > 0 ? undefined : comingTo(graphs, seeds, { apart, mayStep }) };
      known.set(cluster, found);
    }
    return found.roles;
  };
  return (clusters) => {
    const all = [...clusters].map(rolesOf);
    return (role) => all.some((roles) => roles === undefined || roles.has(role));
  };
}

/** A role with what its trust policy is on a side. */
interface Trusting {
  readonly identity: Identity;
  readonly trust: PolicyDocument;
}

interface Steps {
  readonly apart: Apart;
  readonly mayStep: readonly [MayStep, MayStep];
}

type MayStep = (caller: IamPrincipal, role: Trusting) => boolean;

/**
 * Works backward from principals to the roles from which some chain may lead to them, themselves included; as generous as
 * `leadingTo`, but where a role trusts an account each of its principals is asked whether it may take the step.
 *
 * @returns undefined where they are many, or anybody
 */
function comingTo(
  graphs: readonly [Graphed, Graphed],
  principals: Iterable<string>,
  { apart, mayStep }: Steps,
): ReadonlySet<string> | undefined {
  const all = new Set(principals);
  for (const arn of all) {
    const identity = readIdentity(arn);
    for (const [i, { inventory, graph }] of graphs.entries()) {
      const trust = graph.trustOf(arn);
      // What is the same on both sides was taken up for the first.
      const again = i === 1 && !apart.role(arn);
      for (const name of graph.trusted(arn)) {
        if (name === '*') return undefined;
        const iam = /^\d{12}$/.test(name) ? inventory.accounts.get(name)?.iam() : undefined;
        if (iam?.state !== 'collected' || 'error' in identity || trust === undefined) {
          for (const other of named(inventory, graph, name, identityPartition(arn), new Map())) all.add(other);
          continue;
        }
        for (const list of [iam.value.roles, iam.value.users])
          for (const caller of list) {
            if (all.has(caller.arn) || (again && !apart.role(caller.arn))) continue;
            if (mayStep[i === 0 ? 0 : 1](caller, { identity, trust })) all.add(caller.arn);
          }
      }
    }
    if (all.size > MOST) return undefined;
  }
  return all;
}

/** What a caller's own side says is asked by its actions and resources alone. */
const TRUST_ALONE: readonly AssumptionName[] = ['caller-allowed', 'no-scp', 'no-rcp'];

/** Whether a principal may assume a role by its policies, read generously, and the trust policy, whatever session of it that is. */
function mayTake(world: World, { inventory }: Graphed, caller: IamPrincipal, { identity, trust }: Trusting): boolean {
  if (!mayReach(caller)(identity.arn)) return false;
  const own = readIdentity(caller.arn);
  if ('error' in own) return true;
  const { record } = findPrincipal(inventory, own);
  const anybody = { identity: own, record, principal: undefined, gap: accountGap(own.account) };
  return mayAssume(world, startSession(own, record), anybody, identity, trust, 2);
}

function identityPartition(arn: string): string {
  return arn.split(':')[1] ?? '';
}
