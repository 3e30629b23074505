import { type Collected, collected, FALSE, type Gap, type Origin, or, TRUE, unsettled, type Ways } from '../base/index.ts';
import type { Cluster, RbacObjects } from '../inventory/index.ts';
import { canonicalArn } from '../rules/arn/index.ts';
import {
  AUTHENTICATION_MODES,
  type AuthenticationMode,
  authorizeAccessPolicies,
  type Mapping,
  type MappingSource,
  mapIdentity,
  type StsIdentity,
} from '../rules/eks/index.ts';
import { type Attributes, authorize, compileRbac, type RbacDecision, type RbacIndex, withDefaults } from '../rules/rbac/index.ts';
import type { Session } from '../rules/sts/index.ts';
import { nodeGap } from './node.ts';
import type { AccessFact } from './types.ts';

/** The authenticate hop: what STS tells the cluster of the token's owner, or why the token cannot work. */
export type Authentication =
  | { readonly ok: true; readonly identity: StsIdentity; readonly canonical: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Authenticates a session at a cluster. Every principal may call GetCallerIdentity, a deny does not stop it
 * (facts/eks.md §4.6); partitions never mix (facts/iam.md §1.4).
 */
export function authenticate(session: Session, cluster: Cluster): Authentication {
  const { principal } = session;
  if (principal.kind === 'federated') {
    return { ok: false, reason: 'a federated identity has no AWS credentials of its own: it must assume a role first' };
  }
  if (principal.partition !== cluster.partition) {
    return {
      ok: false,
      reason: `credentials of partition ${principal.partition} do not work in ${cluster.partition}, where the cluster is`,
    };
  }
  const bare = withoutPath(principal.kind === 'assumed-role' ? principal.arn : undefined) ?? principal.arn;
  const canonical = canonicalArn(bare);
  if ('error' in canonical) return { ok: false, reason: canonical.error };
  const identity: StsIdentity = {
    arn: bare,
    account: principal.account,
    ...(principal.sessionName === undefined ? {} : { sessionName: principal.sessionName }),
    ...(principal.roleArn === undefined ? {} : { roleArn: principal.roleArn }),
    ...(principal.uniqueId === undefined ? {} : { uniqueId: principal.uniqueId }),
    ...(session.createDate === undefined ? {} : { createDate: session.createDate }),
  };
  return { ok: true, identity, canonical: canonical.arn };
}

/** STS never reports a role's path (facts/eks.md §0.1). */
function withoutPath(arn: string | undefined): string | undefined {
  return arn?.replace(/:role\/.*\//, ':role/');
}

/** The authentication mode of a cluster, as far as it was collected. */
export function modeOf({ description }: Cluster): AuthenticationMode | undefined {
  return description.state === 'collected' ? description.value.mode : undefined;
}

/** The Kubernetes version of a cluster, as far as it was collected. */
export function versionOf({ description }: Cluster): string | undefined {
  return description.state === 'collected' ? description.value.version : undefined;
}

/**
 * What of a cluster's mapping may name anybody, because it counts and nobody collected it: one that does not read aws-auth, or
 * has no entries, lacks nothing without it.
 */
export function mappingMissing(cluster: Cluster): readonly Gap[] {
  const mode = modeOf(cluster);
  const [entries, awsAuth] = [cluster.accessEntries(), cluster.awsAuth()];
  return [
    ...(mode !== 'CONFIG_MAP' && entries.state !== 'collected' ? [entries.gap] : []),
    ...(mode !== 'API' && awsAuth.state !== 'collected' ? [awsAuth.gap] : []),
  ];
}

/** Who is who in a cluster, for those already asked about; many requests of few callers are the rule. */
const mapped = new WeakMap<Cluster, Map<string, Mapping>>();
const MOST_REMEMBERED = 10_000;

/** The map hop: who the caller is in the cluster. A mode that nobody collected matters only where the modes differ. */
export function mapToCluster(cluster: Cluster, identity: StsIdentity): Mapping {
  const key = identityKey(identity);
  let known = mapped.get(cluster);
  if (known === undefined || known.size >= MOST_REMEMBERED) {
    known = new Map();
    mapped.set(cluster, known);
  }
  let mapping = known.get(key);
  if (mapping === undefined) {
    mapping = mapAfresh(cluster, identity);
    known.set(key, mapping);
  }
  return mapping;
}

/** The same text for identities that a cluster cannot tell apart. */
export function identityKey({ arn, roleArn, uniqueId, createDate }: StsIdentity): string {
  return `${arn} ${roleArn} ${uniqueId} ${createDate}`;
}

function mapAfresh(cluster: Cluster, identity: StsIdentity): Mapping {
  const source = sourceOf(cluster);
  if (cluster.description.state === 'collected') {
    return mapIdentity({ ...source, mode: cluster.description.value.mode }, identity);
  }
  const { gap } = cluster.description;
  const mappings = AUTHENTICATION_MODES.map((mode) => mapIdentity({ ...source, mode }, identity));
  const [first, ...others] = mappings as [Mapping, ...Mapping[]];
  if (others.every((other) => sameUser(first, other))) return first;
  return {
    result: 'unknown',
    username: null,
    groups: [],
    open: false,
    by: null,
    policies: collected([]),
    reason: 'it depends on the authentication mode of the cluster, which was not collected',
    notes: [],
    gaps: [gap],
  };
}

/** All that maps somebody in a cluster, but for the mode that says what of it counts. */
export function sourceOf(cluster: Cluster): Omit<MappingSource, 'mode'> {
  const creator = cluster.creator();
  return {
    cluster: cluster.arn,
    awsAuth: cluster.awsAuth(),
    accessEntries: cluster.accessEntries(),
    ...(creator.state === 'collected' ? { creator: creator.value } : {}),
  };
}

function sameUser(a: Mapping, b: Mapping): boolean {
  return a.result === b.result && a.username === b.username && a.by === b.by && a.groups.join('\n') === b.groups.join('\n');
}

/** RBAC of one cluster, ready to be asked. */
export interface ClusterRbac {
  readonly index: RbacIndex;
  /** Default roles and bindings of Kubernetes that the files lack. */
  readonly filled: readonly string[];
  readonly objects: RbacObjects;
}

const compiled = new WeakMap<RbacObjects, ClusterRbac>();

/** Compiles the RBAC objects of a cluster, filling in what Kubernetes itself makes. */
export function compileClusterRbac(objects: RbacObjects, version?: string): ClusterRbac {
  const known = compiled.get(objects);
  if (known !== undefined) return known;
  const all = withDefaults(objects.roles, objects.bindings, version === undefined ? {} : { version });
  const rbac = { index: compileRbac(all.roles, all.bindings), filled: all.filled, objects };
  compiled.set(objects, rbac);
  return rbac;
}

/** What RBAC and the access policies together answer for one Kubernetes user. */
export interface Authorization {
  readonly ways: Ways<AccessFact>;
  readonly rbac: RbacDecision | undefined;
  readonly policies: ReturnType<typeof authorizeAccessPolicies> | undefined;
  readonly gaps: readonly Gap[];
}

/** The Kubernetes user after the map hop. */
export interface ClusterUser {
  readonly username: string;
  /** Without `system:authenticated`, which every authenticated request gets. */
  readonly groups: readonly string[];
  readonly policies: Mapping['policies'];
  /** What nobody collected that could only give the user more: another name, another group. */
  readonly gaps: readonly Gap[];
}

/**
 * The authorize hop: a request passes if either RBAC or an access policy allows it (facts/eks.md §3.5).
 * Whatever is missing may still allow; nothing can deny.
 */
export function authorizeInCluster(cluster: Cluster, user: ClusterUser, request: Attributes): Authorization {
  const judged = authorizeUser(cluster.rbac(), versionOf(cluster), cluster.partition, user, request);
  const gap = judged.ways === TRUE ? undefined : nodeGap(cluster, user.username, user.groups, request);
  if (gap === undefined) return judged;
  return { ...judged, ways: or(judged.ways, unsettled(missingAllow(gap))), gaps: [...judged.gaps, gap] };
}

/** The same for RBAC objects that belong to no collected cluster. */
export function authorizeUser(
  objects: Collected<RbacObjects>,
  version: string | undefined,
  partition: string,
  user: ClusterUser,
  request: Attributes,
): Authorization {
  const gaps: Gap[] = [];
  let ways: Ways<AccessFact> = FALSE;
  let rbac: RbacDecision | undefined;
  const kubernetesUser = { name: user.username, groups: withAuthenticated(user) };
  if (objects.state === 'collected') {
    rbac = authorize(compileClusterRbac(objects.value, version).index, kubernetesUser, request);
    if (rbac.decision === 'allow') return { ways: TRUE, rbac, policies: undefined, gaps };
    gaps.push(...objects.value.gaps);
  } else if (kubernetesUser.groups.includes('system:masters')) {
    rbac = authorize(NO_RBAC, kubernetesUser, request);
    if (rbac.decision === 'allow') return { ways: TRUE, rbac, policies: undefined, gaps };
  } else {
    gaps.push(objects.gap);
  }
  let policies: Authorization['policies'];
  if (user.policies.state === 'collected') {
    policies = authorizeAccessPolicies(user.policies.value, request, { clusterPartition: partition });
    if (policies.decision === 'allow') return { ways: TRUE, rbac, policies, gaps: [] };
    gaps.push(...policies.gaps);
  } else {
    gaps.push(user.policies.gap);
  }
  gaps.push(...user.gaps);
  for (const gap of gaps) ways = or(ways, unsettled(missingAllow(gap)));
  return { ways, rbac, policies, gaps };
}

const NO_RBAC: RbacIndex = compileRbac([], []);

/** Evidence on the cluster's side that could allow. */
export function missingAllow(gap: Gap): AccessFact {
  return { kind: 'missing', id: `${gap.id}:allows`, gap, effect: 'allows' };
}

/** Every group of the user: who is authenticated is a member of system:authenticated (facts/eks.md §5.4). */
export function withAuthenticated(user: Pick<ClusterUser, 'username' | 'groups'>): readonly string[] {
  const anonymous = user.username === 'system:anonymous' || user.groups.includes('system:unauthenticated');
  return anonymous || user.groups.includes('system:authenticated') ? user.groups : [...user.groups, 'system:authenticated'];
}

/** Where the thing that allowed stands. */
export function authorizationOrigin(authorization: Authorization): Origin | undefined {
  const { rbac, policies } = authorization;
  if (rbac?.by !== undefined) {
    const { role, rule } = rbac.by;
    if (role.origin === undefined) return rbac.by.binding.origin;
    return { ...role.origin, path: [...role.origin.path, 'rules', rule] };
  }
  return policies?.by?.origin;
}
