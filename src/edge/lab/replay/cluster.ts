import { asTime, type Cluster, type ClusterFiles, type Source } from '../../../inventory/index.ts';
import { type Fields, isFields, listAt, textAt } from '../fields.ts';
import { newEntryArn } from '../seed/cluster.ts';
import type { AssociationDoc, ClusterDoc, EntryDoc } from '../state/documents.ts';
import { clusterScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { comparable, keptFiles, pagesOf } from './text.ts';

/** A cluster of an inventory that is to be played. */
export interface ReplayedCluster {
  /** As the inventory has it. */
  readonly cluster: Cluster;
  readonly files: ClusterFiles;
  /** Files of its folder that nothing reads yet. */
  readonly unread: readonly Source[];
  /** The cluster that documents make, for the comparison. */
  readonly made: (changes: readonly Change[]) => Cluster | undefined;
}

/**
 * The documents of a cluster, without its Kubernetes objects. As with accounts, what the documents make is compared with
 * what the inventory says, and where they differ the files stand as they are.
 */
export function clusterChanges({ cluster, files, unread, made }: ReplayedCluster): readonly Change[] {
  const { arn } = cluster;
  const scope = clusterScope(arn);
  const described = pagesOf(files.description).map((page) =>
    isFields(page) && isFields(page['cluster']) ? page['cluster'] : page,
  );
  const fields = described.find((page) => textAt(page, 'arn')?.includes(':cluster/') === true);
  const creator = cluster.creator();
  const entries = cluster.accessEntries();
  const document: ClusterDoc = {
    cluster: { ...(isFields(fields) ? fields : {}), name: cluster.name, arn },
    ...(creator.state === 'collected' ? { creator: creator.value } : {}),
    ...(fields === undefined ? { described: false } : {}),
    entries: entries.state === 'collected',
  };
  const whole: readonly Change[] = [
    { scope, kind: 'cluster', name: arn, document },
    ...entriesOf(cluster, files).map(
      (entry): Change => ({ scope, kind: 'entry', name: entry.accessEntry.principalArn, document: entry }),
    ),
  ];
  const copy = made(whole);
  if (copy !== undefined && comparable(said(copy)) === comparable(said(cluster))) return [...whole, ...keptFiles(scope, unread)];
  return [
    { scope, kind: 'cluster', name: arn, document: { ...document, entries: false, files: true } },
    ...keptFiles(scope, [...files.description, ...files.accessEntries, ...files.creator, ...unread]),
  ];
}

/** What of a cluster decides anything, its Kubernetes objects aside. */
function said({ description, accessEntries, creator }: Cluster): unknown {
  const entries = accessEntries();
  const sorted =
    entries.state === 'collected' ? [...entries.value].sort((a, b) => (a.principalArn < b.principalArn ? -1 : 1)) : entries;
  return [description, sorted, creator()];
}

function entriesOf(cluster: Cluster, files: ClusterFiles): readonly EntryDoc[] {
  const found = new Map<string, { entry?: Fields; policies?: readonly unknown[] }>();
  for (const page of pagesOf(files.accessEntries)) {
    const entry = isFields(page) && isFields(page['accessEntry']) ? page['accessEntry'] : page;
    const arn = textAt(entry, 'principalArn');
    if (arn === undefined || !isFields(entry)) continue;
    const known = found.get(arn) ?? {};
    if ('accessEntryArn' in entry || 'kubernetesGroups' in entry) known.entry = entry;
    const policies = isFields(page) ? page['associatedAccessPolicies'] : undefined;
    if (Array.isArray(policies)) known.policies = policies;
    found.set(arn, known);
  }
  return [...found].flatMap(([principalArn, { entry, policies }]) =>
    entry === undefined ? [] : [entryDoc(cluster, principalArn, entry, policies)],
  );
}

function entryDoc(cluster: Cluster, principalArn: string, entry: Fields, policies?: readonly unknown[]): EntryDoc {
  const type = textAt(entry, 'type') ?? 'STANDARD';
  const createdAt = asTime(entry['createdAt']);
  const modifiedAt = asTime(entry['modifiedAt']) ?? createdAt;
  const boundUniqueId = textAt(entry, 'boundUniqueId');
  const tags = isFields(entry['tags']) ? entry['tags'] : {};
  return {
    accessEntry: {
      clusterName: cluster.name,
      principalArn,
      kubernetesGroups: listAt(entry, 'kubernetesGroups').filter((group) => typeof group === 'string'),
      accessEntryArn: textAt(entry, 'accessEntryArn') ?? newEntryArn(cluster.arn, principalArn),
      // A moment that nobody collected is not filled in: the copy would say more than the inventory does.
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(modifiedAt === undefined ? {} : { modifiedAt }),
      tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)])),
      username: textAt(entry, 'username') ?? '',
      type,
    },
    ...(boundUniqueId === undefined ? {} : { boundUniqueId }),
    ...(policies === undefined ? {} : { policies: policies.map(association) }),
  };
}

function association(policy: unknown): AssociationDoc {
  const { accessScope: scope, ...fields } = isFields(policy) ? policy : {};
  const associatedAt = asTime(fields['associatedAt']);
  const modifiedAt = asTime(fields['modifiedAt']) ?? associatedAt;
  return {
    policyArn: textAt(fields, 'policyArn') ?? '',
    accessScope: {
      type: textAt(scope, 'type') ?? '',
      namespaces: listAt(scope, 'namespaces').filter((name) => typeof name === 'string'),
    },
    ...(associatedAt === undefined ? {} : { associatedAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
  };
}
