import type { EksReader, Fields } from '../aws/index.ts';
import { type Context, callerOf, missed } from './context.ts';
import { fieldsIn } from './fields.ts';
import { arnName } from './file-name.ts';
import type { CollectSession } from './types.ts';

/** Where a cluster is. */
export interface ClusterPlace {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** `accounts/ID/eks/REGION/NAME`. */
  readonly folder: string;
}

/** The place of a cluster's ARN. */
export function placeOf(arn: string): ClusterPlace | undefined {
  const [, region = '', account = '', name = ''] = /^arn:[\w-]+:eks:([\w-]+):(\d{12}):cluster\/([\w-]+)$/.exec(arn) ?? [];
  return name === '' ? undefined : { arn, account, region, name, folder: `accounts/${account}/eks/${region}/${name}` };
}

/**
 * Reads what EKS tells of a cluster: its description, its access entries and their policies. What hangs on the description alone
 * goes on beside the entries; it is told undefined where there is none.
 */
export async function collectEks(
  context: Context,
  session: CollectSession,
  place: ClusterPlace,
  goOn: (cluster: Fields | undefined) => Promise<void>,
): Promise<void> {
  const reader = context.world.aws.eksReader(callerOf(context, session, 'eks', place.region));
  try {
    const path = `${place.folder}/cluster.json`;
    const answer = await reader.cluster(place.name);
    if ('failure' in answer) {
      missed(context, place.account, { path }, 'eks:DescribeCluster', answer.failure);
      await Promise.all([collectEntries(context, reader, place), goOn(undefined)]);
      return;
    }
    context.book.file(path, answer.value);
    context.book.complete(path);
    const [cluster] = fieldsIn([answer.value['cluster']]);
    await Promise.all([
      // In this mode a cluster has none, and EKS refuses to list them (facts/eks.md §2.7).
      modeOf(cluster) === 'CONFIG_MAP'
        ? context.book.complete(`${place.folder}/access-entries`)
        : collectEntries(context, reader, place),
      goOn(cluster),
    ]);
  } finally {
    reader.close();
  }
}

function modeOf(cluster: Fields | undefined): unknown {
  const [config] = fieldsIn([cluster?.['accessConfig']]);
  return config?.['authenticationMode'];
}

/** Kinds of entries that can have no access policies (facts/eks.md §3.4). */
const WITHOUT_POLICIES = ['EC2_LINUX', 'EC2_WINDOWS'];

async function collectEntries(context: Context, reader: EksReader, place: ClusterPlace): Promise<void> {
  const folder = `${place.folder}/access-entries`;
  const { pages, failure } = await reader.accessEntries(place.name);
  if (failure !== undefined) {
    missed(context, place.account, { path: folder }, 'eks:ListAccessEntries', failure);
    return;
  }
  const arns = pages.flatMap(({ accessEntries }) => (Array.isArray(accessEntries) ? accessEntries.map(String) : []));
  context.book.file(`${folder}/list.json`, { accessEntries: arns });
  const whole = await Promise.all(arns.map((arn) => collectEntry(context, reader, place, arn)));
  if (whole.every(Boolean)) context.book.complete(folder);
}

async function collectEntry(context: Context, reader: EksReader, place: ClusterPlace, arn: string): Promise<boolean> {
  const base = `${place.folder}/access-entries/${arnName(arn)}`;
  const entry = await reader.accessEntry(place.name, arn);
  if ('failure' in entry) {
    missed(context, place.account, { path: `${base}.json` }, 'eks:DescribeAccessEntry', entry.failure);
    return false;
  }
  context.book.file(`${base}.json`, entry.value);
  const [fields] = fieldsIn([entry.value['accessEntry']]);
  if (WITHOUT_POLICIES.includes(String(fields?.['type']))) return true;
  const { pages, failure } = await reader.associatedPolicies(place.name, arn);
  if (failure !== undefined) {
    missed(context, place.account, { path: `${base}.policies.json` }, 'eks:ListAssociatedAccessPolicies', failure);
    return false;
  }
  const associatedAccessPolicies = pages.flatMap((page) => fieldsIn(page['associatedAccessPolicies']));
  context.book.file(`${base}.policies.json`, { clusterName: place.name, principalArn: arn, associatedAccessPolicies });
  return true;
}
