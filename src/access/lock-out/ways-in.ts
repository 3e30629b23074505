import type { Ways } from '../../base/index.ts';
import type { Cluster } from '../../inventory/index.ts';
import { readIdentity } from '../../rules/arn/index.ts';
import type { RuleAtom } from '../../rules/rbac/index.ts';
import { judgeAction } from '../action.ts';
import { onHop } from '../assume.ts';
import { modeOf } from '../cluster.ts';
import { coversScope, type Holding } from '../diff/compare.ts';
import type { Reached } from '../diff/follow.ts';
import { conjunctionOf } from '../possible.ts';
import { findPrincipal } from '../principals.ts';
import { openWays } from '../settle.ts';
import type { AccessFact } from '../types.ts';
import type { World } from '../world.ts';

/** How sure a way in is: an allow, also under conditions, which somebody can meet; only perhaps; none. */
export type Way = 'sure' | 'perhaps' | 'none';

/** The surest of what a formula leaves open. */
export function surest(ways: Ways<AccessFact>, now: Date): Way {
  const [best] = openWays(ways, now);
  return best === undefined ? 'none' : best.missing === 0 ? 'sure' : 'perhaps';
}

const ORDER: readonly Way[] = ['sure', 'perhaps', 'none'];

/** The better of two. */
export function better(a: Way, b: Way): Way {
  return ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b;
}

/** Whether one is really better than another. */
export function isSurer(a: Way, b: Way): boolean {
  return ORDER.indexOf(a) < ORDER.indexOf(b);
}

const EVERYTHING: RuleAtom = { kind: 'resource', apiGroup: '*', resource: '*', verb: '*' };
const WRITING: readonly RuleAtom[] = ['update', 'patch'].map((verb) => ({
  kind: 'resource',
  apiGroup: '',
  resource: 'configmaps',
  verb,
  name: 'aws-auth',
}));

/**
 * Whether holdings let somebody say who may do what on a cluster: as its administrator, or by writing aws-auth where the
 * cluster reads it (facts/eks.md §2.5).
 */
export function mayAdminister(cluster: Cluster, holdings: readonly Holding[], now: Date): Way {
  const mode = modeOf(cluster);
  let best: Way = 'none';
  for (const { scope, set, ways } of holdings) {
    const administers = scope === '' && set.covers(EVERYTHING);
    const writes = coversScope(scope, 'kube-system') && WRITING.some((atom) => set.covers(atom));
    if (administers || (writes && mode !== 'API')) {
      const sure = administers || mode !== undefined;
      const way = surest(ways, now);
      best = better(best, way === 'sure' && !sure ? 'perhaps' : way);
    }
    if (best === 'sure') return best;
  }
  return best;
}

/**
 * Whether a session can change the mapping by the EKS API: make an entry and give it an access policy, and in mode CONFIG_MAP
 * change the mode first (EKS API CreateAccessEntry, AssociateAccessPolicy, UpdateClusterConfig; resources: facts/eks.md §3.8).
 */
export function mayCallEks(world: World, cluster: Cluster, { session, roles, ways }: Reached): Way {
  const { principal } = session;
  // No call of the EKS API works on a cluster of another account (facts/iam.md §2.5).
  if (principal.account !== cluster.account || principal.kind === 'federated') return 'none';
  const identity = readIdentity(principal.roleArn ?? principal.arn);
  if ('error' in identity) return 'none';
  const hop = roles.length + 1;
  const actor = { session, found: findPrincipal(world.inventory, identity), hop };
  const described = cluster.description.state === 'collected' ? cluster.description.value : undefined;
  const may = (action: string, resource: string, tags: Readonly<Record<string, string>> = {}): Ways<AccessFact> =>
    onHop(judgeAction(world, actor, { action, resource, account: cluster.account, tags }).ways, hop);
  const { kind, account, name } = identity;
  const at = `arn:${cluster.partition}:eks:${cluster.region}:${cluster.account}`;
  const own = `${at}:access-entry/${cluster.name}/${kind}/${account}/${name}/00000000-0000-0000-0000-000000000000`;
  let all = conjunctionOf(ways, may('eks:CreateAccessEntry', cluster.arn, described?.tags));
  all = conjunctionOf(all, may('eks:AssociateAccessPolicy', own));
  if (described?.mode !== 'API_AND_CONFIG_MAP' && described?.mode !== 'API')
    all = conjunctionOf(all, may('eks:UpdateClusterConfig', cluster.arn, described?.tags));
  return surest(all, world.now);
}
