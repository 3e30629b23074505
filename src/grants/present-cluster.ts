import type {
  AccessEntryResource,
  AccessPolicyResource,
  AwsAuthRowResource,
  Cluster,
  Inventory,
  Json,
  RbacManifest,
  RbacResource,
} from '../inventory/index.ts';
import { DIGEST_ANNOTATION, FILE_LABEL, GRANT_LABEL, readRowTags } from '../inventory/index.ts';
import { type AccessEntry, readAwsAuth } from '../rules/eks/index.ts';
import type { Binding, Role, Subject } from '../rules/rbac/index.ts';
import { entryResource, marksOf, type Present, principalOf, type There } from './present-parts.ts';

type OnCluster = AccessEntryResource | AccessPolicyResource | AwsAuthRowResource | RbacResource;

/** Looks up a resource of a cluster. */
export function presentOnCluster(wanted: OnCluster, inventory: Inventory): Present {
  const cluster = inventory.clusters.find(({ arn }) => arn === wanted.clusterArn);
  if (cluster === undefined) return { state: 'unseen' };
  switch (wanted.kind) {
    case 'access-entry':
      return presentEntry(cluster, wanted.principalArn, inventory);
    case 'access-policy':
      return presentAccessPolicy(cluster, wanted, inventory);
    case 'aws-auth-row':
      return presentRow(cluster, wanted);
    case 'rbac-object':
      return presentObject(cluster, wanted.manifest);
  }
}

function presentEntry(cluster: Cluster, principalArn: string, inventory: Inventory): Present {
  const entries = cluster.accessEntries();
  if (entries.state !== 'collected') return hasNoEntries(cluster) ? { state: 'absent' } : { state: 'unseen', gap: entries.gap };
  const entry = entries.value.find((each) => each.principalArn === principalArn);
  if (entry === undefined) return { state: 'absent' };
  if (entry.gap !== undefined) return { state: 'unseen', gap: entry.gap };
  if (entry.type !== 'STANDARD') return { state: 'taken', by: `an access entry of type ${entry.type}` };
  const dead = deadBy(entry, inventory);
  return {
    state: 'there',
    resource: entryResource(cluster.arn, entry),
    ...marksOf(entry.tags),
    unseen: entry.tags === undefined ? ['its tags'] : [],
    ...(dead === undefined ? {} : { dead }),
  };
}

/** In mode CONFIG_MAP there are none, and the API refuses to list them (facts eks.md §2.5). */
function hasNoEntries({ description }: Cluster): boolean {
  return description.state === 'collected' && description.value.mode === 'CONFIG_MAP';
}

/** An entry is bound to the unique id that its principal had when it was made (facts eks.md §3.3). */
function deadBy({ principalArn, boundUniqueId, createdAt }: AccessEntry, inventory: Inventory): string | undefined {
  const { known } = principalOf(principalArn, inventory);
  if (known === undefined || known.arn !== principalArn) return undefined;
  if (boundUniqueId !== undefined) {
    return boundUniqueId === known.uniqueId || known.uniqueId === ''
      ? undefined
      : `it is bound to ${boundUniqueId}, and ${principalArn} is now ${known.uniqueId}`;
  }
  const isLater =
    known.createDate !== undefined && createdAt !== undefined && Date.parse(known.createDate) > Date.parse(createdAt);
  return isLater ? `it was made ${createdAt}, before the principal that now has this ARN (${known.createDate})` : undefined;
}

function presentAccessPolicy(cluster: Cluster, wanted: AccessPolicyResource, inventory: Inventory): Present {
  const entry = presentEntry(cluster, wanted.principalArn, inventory);
  if (entry.state !== 'there') return entry.state === 'taken' ? { state: 'absent' } : entry;
  const entries = cluster.accessEntries();
  const found =
    entries.state === 'collected' ? entries.value.find(({ principalArn }) => principalArn === wanted.principalArn) : undefined;
  if (found === undefined) return { state: 'absent' };
  if (found.policies.state !== 'collected') return { state: 'unseen', gap: found.policies.gap };
  const policy = found.policies.value.find(({ policyArn }) => policyArn === wanted.policyArn);
  if (policy === undefined) return { state: 'absent' };
  const { policyArn, scope } = policy;
  const resource = { ...wanted, policyArn, namespaces: scope.namespaces };
  // An association has no marks: it is whose the entry is.
  const { owner, unseen } = entry;
  return { state: 'there', resource, ...(owner === undefined ? {} : { owner }), unseen };
}

function presentRow(cluster: Cluster, wanted: AwsAuthRowResource): Present {
  const awsAuth = cluster.awsAuth();
  if (awsAuth.state !== 'collected') return { state: 'unseen', gap: awsAuth.gap };
  if (awsAuth.value === null) return { state: 'absent' };
  const { data, annotations } = awsAuth.value;
  const { roles, users, problems } = readAwsAuth(data);
  const trouble = problems.find(
    ({ section, code }) => section === wanted.section && (code === 'yaml' || code === 'not-text' || code === 'unjudged'),
  );
  if (trouble !== undefined) {
    const what = `what ${wanted.section} of aws-auth on ${cluster.arn} says (${trouble.text})`;
    return { state: 'unseen', gap: { kind: 'gap', id: `aws-auth:${cluster.arn}`, state: 'unjudged', what, side: cluster.arn } };
  }
  // Ignoring case, the last one counts (facts eks.md §2.3).
  const rows = wanted.section === 'mapRoles' ? roles : users;
  const row = rows.findLast(({ arn }) => arn.toLowerCase() === wanted.arn.toLowerCase());
  if (row === undefined) return { state: 'absent' };
  const tags = readRowTags(annotations);
  const own =
    tags === undefined
      ? undefined
      : (Object.entries(tags).find(([arn]) => arn.toLowerCase() === wanted.arn.toLowerCase())?.[1] ?? {});
  const { username, groups } = row;
  return {
    state: 'there',
    resource: { ...wanted, arn: row.arn, username, groups, tags: own ?? {} },
    ...marksOf(own),
    unseen: own === undefined ? ['whose the rows are (the annotation causeway/rows cannot be read)'] : [],
  };
}

function presentObject(cluster: Cluster, { kind, metadata }: RbacManifest): Present {
  const rbac = cluster.rbac();
  if (rbac.state !== 'collected') return { state: 'unseen', gap: rbac.gap };
  const objects: readonly (Role | Binding)[] = kind === 'Role' || kind === 'ClusterRole' ? rbac.value.roles : rbac.value.bindings;
  const found = objects.find(
    (each) => each.kind === kind && each.name === metadata.name && each.namespace === (metadata.namespace ?? ''),
  );
  if (found === undefined) {
    const [gap] = rbac.value.gaps;
    return gap === undefined ? { state: 'absent' } : { state: 'unseen', gap };
  }
  return {
    state: 'there',
    resource: { kind: 'rbac-object', clusterArn: cluster.arn, manifest: manifestOf(found) },
    ...objectMarks(found),
    unseen: [],
  };
}

/** Owner of a Role or binding by its labels; what several grants share belongs to `<file>/`. */
export function objectMarks({ labels = {}, annotations = {} }: Role | Binding): Pick<There, 'owner' | 'digest'> {
  const file = labels[FILE_LABEL];
  const digest = annotations[DIGEST_ANNOTATION];
  return {
    owner: file === undefined ? null : `${file}/${labels[GRANT_LABEL] ?? ''}`,
    ...(digest === undefined ? {} : { digest }),
  };
}

/** A Role or binding as the manifest that would make it. */
export function manifestOf(object: Role | Binding): RbacManifest {
  const { kind, name, namespace, labels = {}, annotations = {} } = object;
  const head = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    metadata: { name, ...(namespace === '' ? {} : { namespace }), labels, annotations },
  } as const;
  if ('rules' in object)
    return { ...head, kind: kind as 'Role' | 'ClusterRole', rules: object.rules.map((rule): Json => ({ ...rule })) };
  return {
    ...head,
    kind: kind as 'RoleBinding' | 'ClusterRoleBinding',
    roleRef: inOrder(object.roleRef),
    subjects: object.subjects.map(inOrder),
  };
}

/** Keys in the order in which our manifests have them, so that a diff shows what differs and nothing else. */
function inOrder({ apiGroup, kind, name, namespace }: Partial<Subject>): Json {
  const all = { apiGroup, kind, name, namespace };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
