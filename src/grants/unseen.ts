import { distinctGaps, type Gap } from '../base/index.ts';
import { type Cluster, type Inventory, OWNER_TAG } from '../inventory/index.ts';
import { accountsOf } from './owned.ts';
import type { FileCluster, GrantsFile } from './wish/types.ts';

/**
 * Parts of the accounts and clusters of a file that nobody saw: something that the file made may stand there, and whoever takes away
 * what is not wished for any more cannot tell. An account or a cluster that is not in the inventory at all is one gap.
 */
export function unseenParts(file: GrantsFile, inventory: Inventory): readonly Gap[] {
  const gaps: Gap[] = [];
  const owners = new Set(file.clusters.map(({ account }) => account));
  for (const id of accountsOf(file, inventory)) gaps.push(...unseenInAccount(id, owners.has(id), inventory));
  for (const on of file.clusters) {
    const cluster = inventory.clusters.find(({ arn }) => arn === on.arn);
    gaps.push(...(cluster === undefined ? [notThere(on)] : unseenOnCluster(cluster, file.name)));
  }
  return distinctGaps(gaps);
}

function unseenInAccount(id: string, isOwner: boolean, { accounts }: Inventory): readonly Gap[] {
  const account = accounts.get(id);
  if (account === undefined) {
    const what = `the users, roles and policies of account ${id}`;
    const command = 'aws iam get-account-authorization-details';
    return [{ kind: 'gap', id: `iam:${id}`, state: 'notCollected', what, side: id, command }];
  }
  const iam = account.iam();
  if (iam.state !== 'collected') return [iam.gap];
  // The owner of callers may show those alone; the roles of the file are all where the clusters are.
  const more = isOwner ? account.moreRoles() : undefined;
  return more === undefined ? [] : [more];
}

function notThere({ arn, name, region }: FileCluster): Gap {
  const what = `the access entries, aws-auth and RBAC of cluster ${arn}`;
  const command = `aws eks describe-cluster --name ${name} --region ${region}`;
  return { kind: 'gap', id: `cluster:${arn}`, state: 'notCollected', what, side: arn, command };
}

function unseenOnCluster(cluster: Cluster, file: string): readonly Gap[] {
  const { description } = cluster;
  // In mode CONFIG_MAP there are none, and the API refuses to list them (facts eks.md §2.5).
  const hasEntries = !(description.state === 'collected' && description.value.mode === 'CONFIG_MAP');
  const entries = cluster.accessEntries();
  const [rbac, awsAuth] = [cluster.rbac(), cluster.awsAuth()];
  const ofEntries = (entries.state === 'collected' ? entries.value : []).flatMap(({ gap, tags, policies }) => {
    if (gap !== undefined) return [gap];
    const isOurs = tags?.[OWNER_TAG]?.startsWith(`${file}/`) === true;
    return isOurs && policies.state !== 'collected' ? [policies.gap] : [];
  });
  return [
    ...(hasEntries && entries.state !== 'collected' ? [entries.gap] : ofEntries),
    ...(rbac.state === 'collected' ? rbac.value.gaps : [rbac.gap]),
    ...(awsAuth.state === 'collected' ? [] : [awsAuth.gap]),
  ];
}
