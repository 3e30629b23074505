import type { Gap } from '../../base/index.ts';
import { type Cluster, OWNER_TAG } from '../../inventory/index.ts';
import { type AuthenticationMode, accessPolicyRules } from '../../rules/eks/index.ts';
import { type PolicyRule, sameAtoms, withDefaults } from '../../rules/rbac/index.ts';
import { policyFor } from '../file/grant.ts';
import { groupName, ownerOf } from '../marks.ts';
import type { Wish } from './types.ts';

/** How a cluster learns of a grant. */
export interface Mechanism {
  readonly kind: 'entry-policy' | 'entry-group' | 'aws-auth';
  /** Name of the access policy. */
  readonly policy?: string;
  /** Nobody collected what decides: whether this is what is to be made is not known. */
  readonly gap?: Gap;
}

/** Why a grant cannot be made on a cluster. */
export interface Unmet {
  readonly refusal: string;
}

/**
 * Chooses how a cluster learns of a grant. `auto` takes an access policy only where its rules are atom by atom those that the
 * cluster's own ClusterRole has now, so a later version of Kubernetes, or a ClusterRole that gathers custom resources, makes it a
 * group and a binding. In mode CONFIG_MAP aws-auth is all there is (facts eks.md §2.5).
 *
 * Where nobody saw the cluster's ClusterRoles, what stands stays as it is, and where nothing stands nobody can tell.
 *
 * @param file name of the grants file
 * @param cluster absent: it is not in the inventory
 */
export function chooseMechanism(wish: Wish, file: string, cluster: Cluster | undefined, clusterArn: string): Mechanism | Unmet {
  const description = cluster?.description;
  const mode = description?.state === 'collected' ? description.value.mode : undefined;
  const policy = policyFor(wish.access);
  const gap =
    mode === undefined
      ? { gap: description !== undefined && description.state !== 'collected' ? description.gap : gapOfMode(clusterArn) }
      : {};
  const unmet = unmetBy(wish, mode);
  if (unmet !== undefined) return { refusal: unmet };
  if (wish.mechanism === 'aws-auth' || (wish.mechanism === 'auto' && mode === 'CONFIG_MAP')) return { kind: 'aws-auth', ...gap };
  if (wish.access.kind === 'policy' || wish.mechanism === 'entry-policy') {
    return { kind: 'entry-policy', ...(policy === undefined ? {} : { policy }), ...gap };
  }
  if (wish.mechanism === 'auto' && policy !== undefined && cluster !== undefined) {
    const blind = blindness(cluster);
    if (blind !== undefined) return standing(policy, wish, file, cluster) ?? { kind: 'entry-policy', policy, gap: blind, ...gap };
    if (saysTheSame(policy, wish, cluster)) return { kind: 'entry-policy', policy, ...gap };
  }
  return { kind: 'entry-group', ...gap };
}

/** Why nobody can tell what the cluster's ClusterRoles say. */
function blindness(cluster: Cluster): Gap | undefined {
  const rbac = cluster.rbac();
  return rbac.state === 'collected' ? rbac.value.gaps[0] : rbac.gap;
}

/** The mechanism that the grant has on the cluster now, by an entry that carries its mark; undefined where there is none. */
function standing(policy: string, { name }: Wish, file: string, cluster: Cluster): Mechanism | undefined {
  const entries = cluster.accessEntries();
  const own = (entries.state === 'collected' ? entries.value : []).filter(
    ({ tags }) => tags?.[OWNER_TAG] === ownerOf(file, name),
  );
  if (own.some(({ groups }) => groups.includes(groupName(file, name)))) return { kind: 'entry-group' };
  const isSo = own.some(
    ({ policies }) => policies.state === 'collected' && policies.value.some(({ policyArn }) => policyArn.endsWith(`/${policy}`)),
  );
  return isSo ? { kind: 'entry-policy', policy } : undefined;
}

/** A reason that no other choice would take away. */
function unmetBy({ access, mechanism }: Wish, mode: AuthenticationMode | undefined): string | undefined {
  if (mode === 'CONFIG_MAP' && (access.kind === 'policy' || mechanism === 'entry-policy' || mechanism === 'entry-group')) {
    const wanted = access.kind === 'policy' ? `the access policy ${access.name}` : `mechanism: ${mechanism}`;
    return `${wanted} needs access entries, and the cluster is in mode CONFIG_MAP`;
  }
  if (mode === 'API' && mechanism === 'aws-auth') return 'the cluster is in mode API and never reads aws-auth';
  return undefined;
}

/** Only what was collected is evidence: a ClusterRole that nobody saw may have been widened. */
function saysTheSame(policy: string, { access }: Wish, cluster: Cluster | undefined): boolean {
  if (access.kind !== 'clusterRole' || cluster === undefined) return false;
  const rbac = cluster.rbac();
  const known = accessPolicyRules(`arn:aws:eks::aws:cluster-access-policy/${policy}`);
  if (rbac.state !== 'collected' || rbac.value.gaps.length > 0 || !('rules' in known)) return false;
  const rules = clusterRoleRules(access.name, cluster);
  return rules !== undefined && sameAsPolicy(rules, policy, known.rules);
}

/** Rules of a ClusterRole as the cluster has it, Kubernetes' own where the files lack it; undefined when there is none or nobody looked. */
export function clusterRoleRules(name: string, cluster: Cluster): readonly PolicyRule[] | undefined {
  return clusterRoles(cluster)?.get(name);
}

/** Many grants ask the same of one cluster, and an aggregated role takes long to gather. */
const gathered = new WeakMap<Cluster, ReadonlyMap<string, readonly PolicyRule[]>>();

function clusterRoles(cluster: Cluster): ReadonlyMap<string, readonly PolicyRule[]> | undefined {
  const known = gathered.get(cluster);
  const rbac = cluster.rbac();
  if (known !== undefined || rbac.state !== 'collected') return known;
  const version = cluster.description.state === 'collected' ? cluster.description.value.version : undefined;
  const { roles } = withDefaults(rbac.value.roles, [], version === undefined ? {} : { version });
  const made = new Map(roles.filter(({ kind }) => kind === 'ClusterRole').map(({ name, rules }) => [name, rules]));
  gathered.set(cluster, made);
  return made;
}

const compared = new WeakMap<readonly PolicyRule[], Map<string, boolean>>();

/** Whether rules of a ClusterRole are those of an access policy; kept, because most clusters have the same few roles. */
function sameAsPolicy(rules: readonly PolicyRule[], policy: string, of: readonly PolicyRule[]): boolean {
  const known = compared.get(rules) ?? new Map<string, boolean>();
  compared.set(rules, known);
  const answer = known.get(policy) ?? sameAtoms(rules, of);
  known.set(policy, answer);
  return answer;
}

function gapOfMode(clusterArn: string): Gap {
  const [region, name] = [clusterArn.split(':')[3], clusterArn.slice(clusterArn.lastIndexOf('/') + 1)];
  const what = `how cluster ${clusterArn} learns of principals`;
  const command = `aws eks describe-cluster --name ${name} --region ${region}`;
  return { kind: 'gap', id: `mode:${clusterArn}`, state: 'notCollected', what, side: clusterArn, command };
}
