import { type Cluster, type Inventory, type RbacManifest, resourceId } from '../../inventory/index.ts';
import { readIdentity, stripPath } from '../../rules/arn/index.ts';
import { validateAccessEntry } from '../../rules/eks/index.ts';
import { auditRole, groupName, metadataMarks, roleArn, tagsOf } from '../marks.ts';
import { AUDIT_RULES } from './audit.ts';
import { auditDigest, mappingDigest } from './digest.ts';
import { chooseMechanism, type Mechanism } from './mechanism.ts';
import { type Found, findPrincipal } from './principals.ts';
import type { FileCluster, Wish } from './types.ts';
import type { Wanted, WishResult } from './wanted.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** What a grant needs on one of its clusters: who is who, and what the group may do. */
export function clusterResources(wish: Wish, file: string, on: FileCluster, inventory: Inventory): WishResult {
  const cluster = inventory.clusters.find(({ arn }) => arn === on.arn);
  const mechanism = chooseMechanism(wish, file, cluster, on.arn);
  if ('refusal' in mechanism) {
    return { wanted: [], refusals: [{ code: 'mechanism', grant: wish.name, text: `${on.arn}: ${mechanism.refusal}` }], gaps: [] };
  }
  const place: Place = { wish, file, on, mechanism };
  const rbac = mechanism.kind === 'entry-policy' ? [] : rbacResources(place);
  const mapped = principalsOf(place, inventory).map((principal) => mapping(place, principal, cluster));
  const all = [{ wanted: rbac, refusals: [], gaps: [] }, ...mapped];
  return {
    wanted: all.flatMap(({ wanted }) => wanted).map((one) => (mechanism.gap === undefined ? one : doubtful(one, mechanism.gap))),
    refusals: all.flatMap(({ refusals }) => refusals),
    gaps: [...all.flatMap(({ gaps }) => gaps), ...(mechanism.gap === undefined ? [] : [mechanism.gap])],
  };
}

/** Whether a mapping or a binding is what the cluster takes is not known without its mode. */
function doubtful(wanted: Wanted, gap: NonNullable<Mechanism['gap']>): Wanted {
  return { ...wanted, gap: wanted.gap ?? gap };
}

interface Place {
  readonly wish: Wish;
  readonly file: string;
  readonly on: FileCluster;
  readonly mechanism: Mechanism;
}

/** Whom the cluster is to know: the grant's role, or with `via: direct` the principals themselves. */
interface Mapped {
  readonly arn: string;
  readonly after: readonly string[];
  /** Set for principals of others. */
  readonly found?: Found;
}

function principalsOf({ wish, file, on }: Place, inventory: Inventory): readonly Mapped[] {
  if (wish.via === 'role') {
    const arn = roleArn(on.partition, on.account, file, wish.name);
    return [{ arn, after: [`role ${arn}`] }];
  }
  return wish.to
    .map((principal) => findPrincipal(principal, inventory, on.account))
    .map((found) => ({ arn: found.arn ?? '', after: [], found }));
}

function mapping(place: Place, { arn, after, found }: Mapped, cluster: Cluster | undefined): WishResult {
  const { wish, file, on, mechanism } = place;
  const tags = tagsOf(file, wish.name, mappingDigest(wish));
  const group = groupName(file, wish.name);
  const base = { grant: wish.name, account: on.account, notes: [] };
  const nothing: WishResult = { wanted: [], refusals: [], gaps: [] };
  if (found !== undefined && arn === '') {
    const who =
      found.principal.kind === 'sso'
        ? `permission set ${found.principal.permissionSet} of account ${found.account}`
        : 'a principal';
    if (found.state === 'absent') {
      return {
        ...nothing,
        refusals: [{ code: 'principal-absent', grant: wish.name, text: `${who} has no role there that ${on.arn} could name` }],
      };
    }
    return {
      ...nothing,
      gaps: [
        found.gap ?? {
          kind: 'gap',
          id: `iam:${found.account}`,
          state: 'notCollected',
          what: `the role of ${who}`,
          side: found.account,
          command: 'aws iam get-account-authorization-details',
        },
      ],
    };
  }
  const absent = found?.state === 'absent' ? { handOver: `${arn} does not exist, and EKS takes only principals that do` } : {};
  if (mechanism.kind === 'aws-auth') {
    const isUser = arn.includes(':user/');
    const identity = readIdentity(arn);
    const name = 'error' in identity ? '' : identity.name;
    // Every name begins alike, so that nobody chooses the name of another (facts eks.md §2.3).
    const username = isUser
      ? `${group}:${name}`
      : found === undefined
        ? `${group}:{{SessionName}}`
        : `${group}:${name}:{{SessionName}}`;
    const resource = {
      kind: 'aws-auth-row',
      clusterArn: on.arn,
      section: isUser ? 'mapUsers' : 'mapRoles',
      arn: stripPath(arn),
      username,
      groups: [group],
      tags,
    } as const;
    return { ...nothing, wanted: [{ ...base, resource, after }] };
  }
  const groups = mechanism.kind === 'entry-group' ? [group] : [];
  const entry = { kind: 'access-entry', clusterArn: on.arn, principalArn: arn, groups, tags } as const;
  const refusals = validateAccessEntry({ principalArn: arn, groups }, { arn: on.arn, mode: modeOf(cluster) })
    .filter(({ certain }) => certain)
    .map(({ text }) => ({ code: 'entry', grant: wish.name, text: `${arn} on ${on.arn}: ${text}` }));
  const wanted: Wanted[] = [{ ...base, resource: entry, after, ...absent }];
  if (mechanism.kind === 'entry-policy' && mechanism.policy !== undefined) {
    const policyArn = `arn:${on.partition}:eks::aws:cluster-access-policy/${mechanism.policy}`;
    const policy = {
      kind: 'access-policy',
      clusterArn: on.arn,
      principalArn: arn,
      policyArn,
      namespaces: wish.namespaces,
    } as const;
    wanted.push({ ...base, resource: policy, after: [resourceId(entry)], ...absent });
  }
  return { ...nothing, wanted, refusals };
}

function modeOf(cluster: Cluster | undefined): 'CONFIG_MAP' | 'API' | 'API_AND_CONFIG_MAP' {
  return cluster?.description.state === 'collected' ? cluster.description.value.mode : 'API';
}

/** The group's ClusterRole, where no ClusterRole of the cluster is meant, and its bindings. */
function rbacResources({ wish, file, on }: Place): readonly Wanted[] {
  const { access, namespaces } = wish;
  const name = groupName(file, wish.name);
  const base = { grant: wish.name, account: on.account, notes: [] };
  const made: Wanted[] = [];
  const add = (manifest: RbacManifest, after: readonly string[]): void => {
    made.push({ ...base, resource: { kind: 'rbac-object', clusterArn: on.arn, manifest }, after });
  };
  const roleName = access.kind === 'audit' ? auditRole(file) : access.kind === 'clusterRole' ? access.name : name;
  if (access.kind === 'audit' || access.kind === 'rules') {
    const isAudit = access.kind === 'audit';
    const marks = isAudit ? metadataMarks(file, undefined, auditDigest()) : metadataMarks(file, wish.name, mappingDigest(wish));
    const rules = (isAudit ? AUDIT_RULES : access.rules).map((rule) => ({ ...rule }));
    add({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: roleName, ...marks }, rules }, []);
  }
  const after = made.map(({ resource }) => resourceId(resource));
  const marks = metadataMarks(file, wish.name, mappingDigest(wish));
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: roleName };
  const subjects = [{ apiGroup: RBAC, kind: 'Group', name }];
  if (namespaces.length === 0) {
    add({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name, ...marks }, roleRef, subjects }, after);
  }
  for (const namespace of namespaces) {
    add({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata: { name, namespace, ...marks }, roleRef, subjects }, after);
  }
  return made;
}
