import { collected } from '../../base/index.ts';
import {
  type AccessEntry,
  type AssociatedPolicy,
  type AwsAuthData,
  putAwsAuthRow,
  type RowEdit,
  removeAwsAuthRow,
  replaceAwsAuthArn,
} from '../../rules/eks/index.ts';
import { once } from '../lazy.ts';
import type { Cluster } from '../model.ts';
import { ROWS_ANNOTATION, readRowTags, writeRowTags } from '../ownership.ts';
import type { AccessEntryResource, AccessPolicyResource } from '../resource.ts';
import type { Change } from './change.ts';
import { changeRbac } from './rbac.ts';

/** The cluster after changes to its entries, its rows of aws-auth and its RBAC objects; each part is read when it is asked for. */
export function changeCluster(cluster: Cluster, changes: readonly Change[]): Cluster {
  const parts: { -readonly [K in 'accessEntries' | 'awsAuth' | 'rbac']?: Cluster[K] } = {};
  const ofEntries = changes.filter(isEntryChange);
  const ofRows = changes.filter(isRowChange);
  const ofRbac = changes.filter(isRbacChange);
  if (ofEntries.length > 0) {
    parts.accessEntries = once(() => {
      const entries = cluster.accessEntries();
      return entries.state === 'collected' ? collected(changeEntries(entries.value, ofEntries)) : entries;
    });
  }
  if (ofRows.length > 0) {
    parts.awsAuth = once(() => {
      const awsAuth = cluster.awsAuth();
      return awsAuth.state === 'collected' ? collected(changeRows(awsAuth.value, ofRows)) : awsAuth;
    });
  }
  if (ofRbac.length > 0) {
    parts.rbac = once(() => {
      const rbac = cluster.rbac();
      if (rbac.state !== 'collected') return rbac;
      const version = cluster.description.state === 'collected' ? cluster.description.value.version : undefined;
      return collected(changeRbac(rbac.value, ofRbac, version));
    });
  }
  return { ...cluster, ...parts };
}

function resourceKind(change: Change): string {
  return change.kind === 'put' || change.kind === 'remove' ? change.resource.kind : change.kind;
}

function isEntryChange(change: Change): boolean {
  return ['put-access-entry', 'associate-access-policy', 'access-entry', 'access-policy'].includes(resourceKind(change));
}

function isRowChange(change: Change): boolean {
  return ['add-aws-auth-row', 'replace-aws-auth-arn', 'aws-auth-row'].includes(resourceKind(change));
}

function isRbacChange(change: Change): boolean {
  return ['add-rbac-role', 'add-rbac-binding', 'rbac-object'].includes(resourceKind(change));
}

function changeEntries(before: readonly AccessEntry[], changes: readonly Change[]): readonly AccessEntry[] {
  const all = new Map<string, readonly AccessEntry[]>();
  for (const entry of before) all.set(entry.principalArn, [...(all.get(entry.principalArn) ?? []), entry]);
  const edit = (arn: string, change: (entry: AccessEntry) => AccessEntry): void => {
    const own = all.get(arn);
    if (own !== undefined) all.set(arn, own.map(change));
  };
  for (const change of changes) {
    if (change.kind === 'put-access-entry') {
      all.delete(change.entry.principalArn);
      all.set(change.entry.principalArn, [change.entry]);
    } else if (change.kind === 'associate-access-policy') {
      edit(change.principalArn, (entry) => associated(entry, change.policy));
    } else if (change.kind === 'put' || change.kind === 'remove') {
      const { resource, kind } = change;
      if (resource.kind === 'access-entry') {
        const { principalArn } = resource;
        // With an entry go its access policies (EKS API, DeleteAccessEntry).
        if (kind === 'remove') all.delete(principalArn);
        else if (all.has(principalArn)) edit(principalArn, (entry) => withNames(entry, resource));
        else all.set(principalArn, [entryOf(resource)]);
      } else if (resource.kind === 'access-policy') {
        edit(resource.principalArn, (entry) =>
          kind === 'put' ? associated(entry, policyOf(resource)) : disassociated(entry, resource.policyArn),
        );
      }
    }
  }
  return [...all.values()].flat();
}

function entryOf(resource: AccessEntryResource): AccessEntry {
  const { principalArn, groups, username, tags } = resource;
  const name = username === undefined ? {} : { username };
  return { principalArn, type: 'STANDARD', groups, ...name, policies: collected([]), tags };
}

/** What UpdateAccessEntry changes; the entry stays bound to whom it was made for, and keeps its access policies. */
function withNames(entry: AccessEntry, { username, groups, tags }: AccessEntryResource): AccessEntry {
  const { username: _, ...rest } = entry;
  return { ...rest, groups, tags, ...(username === undefined ? {} : { username }) };
}

function policyOf({ policyArn, namespaces }: AccessPolicyResource): AssociatedPolicy {
  return { policyArn, scope: { type: namespaces.length === 0 ? 'cluster' : 'namespace', namespaces } };
}

function associated(entry: AccessEntry, policy: AssociatedPolicy): AccessEntry {
  if (entry.policies.state !== 'collected') return entry;
  const others = entry.policies.value.filter(({ policyArn }) => policyArn !== policy.policyArn);
  return { ...entry, policies: collected([...others, policy]) };
}

function disassociated(entry: AccessEntry, arn: string): AccessEntry {
  if (entry.policies.state !== 'collected') return entry;
  return { ...entry, policies: collected(entry.policies.value.filter(({ policyArn }) => policyArn !== arn)) };
}

/** A ConfigMap that is not there is made by the first row that comes to it. */
function changeRows(before: AwsAuthData | null, changes: readonly Change[]): AwsAuthData | null {
  const texts = new Map<string, string>();
  // Marks that cannot be read are nobody's to write.
  const marks = readRowTags(before?.annotations);
  const tags = new Map(Object.entries(marks ?? {}));
  /** Whether the text could be edited; one that cannot stays as it is, as it would in the cluster. */
  const edit = (section: 'mapRoles' | 'mapUsers', change: (text: string) => RowEdit): boolean => {
    const said = before?.data[section];
    // What is no text, no API server holds: nobody can say what an edit of it would come to.
    if (said !== undefined && said !== null && typeof said !== 'string') return false;
    const text = texts.get(section) ?? said ?? '';
    const edited = change(text);
    if ('refused' in edited) return false;
    if (edited.text !== text) texts.set(section, edited.text);
    return true;
  };
  for (const change of changes) {
    if (change.kind === 'add-aws-auth-row') {
      const { rolearn: arn, username, groups } = change.row;
      edit('mapRoles', (text) => putAwsAuthRow(text, { section: 'mapRoles', arn, username, groups }));
    } else if (change.kind === 'replace-aws-auth-arn') {
      edit('mapRoles', (text) => replaceAwsAuthArn(text, 'mapRoles', change.from, change.to));
    } else if ((change.kind === 'put' || change.kind === 'remove') && change.resource.kind === 'aws-auth-row') {
      const { section, arn } = change.resource;
      const isPut = change.kind === 'put';
      const row = change.resource;
      if (!edit(section, (text) => (isPut ? putAwsAuthRow(text, row) : removeAwsAuthRow(text, row)))) continue;
      if (isPut && Object.keys(row.tags).length > 0) tags.set(arn, row.tags);
      else tags.delete(arn);
    }
  }
  const annotations = marks === undefined ? before?.annotations : withMarks(before?.annotations, tags);
  if (texts.size === 0 && JSON.stringify(annotations) === JSON.stringify(before?.annotations)) return before;
  const { annotations: _, ...rest } = before ?? { data: {} };
  return {
    ...rest,
    data: { ...rest.data, ...Object.fromEntries(texts) },
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function withMarks(
  before: AwsAuthData['annotations'],
  tags: ReadonlyMap<string, Readonly<Record<string, string>>>,
): AwsAuthData['annotations'] {
  const text = writeRowTags(Object.fromEntries(tags));
  const { [ROWS_ANNOTATION]: _, ...others } = before ?? {};
  const all = text === undefined ? others : { ...others, [ROWS_ANNOTATION]: text };
  return Object.keys(all).length === 0 ? undefined : all;
}
