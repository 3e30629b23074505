import { randomUUID } from 'node:crypto';
import { type AuthenticationMode, isAuthenticationMode, nextAuthenticationModes } from '../../../rules/eks/index.ts';
import { authorise, denied } from '../authorise.ts';
import { awsHostOf } from '../proxy/aws-host.ts';
import { newEntry } from '../seed/cluster.ts';
import type { ClusterDoc } from '../state/documents.ts';
import { cannotJudge } from '../state/gaps.ts';
import { clusterScope, clustersIn } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { notPlayed } from '../wire/fault.ts';
import {
  clusterArn,
  clusterOf,
  type EksCall,
  type EksOperation,
  eksPage,
  invalidParameter,
  needsWhole,
  notFound,
} from './call.ts';
import { findPrincipal } from './principal.ts';
import { onceForToken } from './repeated.ts';

/** eks:DescribeCluster. */
export const describeCluster: EksOperation = (call) => {
  const arn = clusterArn(call);
  authorise(call, { action: 'eks:DescribeCluster', resource: arn, tags: clusterTags(call, arn) });
  const document = clusterOf(call);
  // Without a description there is no name of an endpoint, and no version: kubectl would be told half of it.
  if (document.described === false) modeOf(call, document);
  return { cluster: shownCluster(call, document) };
};

/** eks:ListClusters: names of this account and region. */
export const listClusters: EksOperation = (call) => {
  authorise(call, { action: 'eks:ListClusters', resource: '*' });
  const lead = `arn:${call.caller.partition}:eks:${call.region}:${call.caller.account}:cluster/`;
  const names = clustersIn(call.lab.store.scopes()).flatMap((arn) => (arn.startsWith(lead) ? [arn.slice(lead.length)] : []));
  const { items, nextToken } = eksPage(call, names, (name) => name);
  return { clusters: items, ...(nextToken === undefined ? {} : { nextToken }) };
};

/** eks:UpdateClusterConfig: the authentication mode alone, one step onwards (facts/eks.md §2.5). */
export const updateClusterConfig: EksOperation = (call) => {
  const arn = clusterArn(call);
  const wanted = (call.body['accessConfig'] as { readonly authenticationMode?: unknown } | undefined)?.authenticationMode;
  const keys = typeof wanted === 'string' ? { 'eks:authenticationMode': wanted } : {};
  authorise(call, { action: 'eks:UpdateClusterConfig', resource: arn, tags: clusterTags(call, arn), keys });
  return onceForToken(call, () => {
    const document = clusterOf(call);
    if (typeof wanted !== 'string') throw notPlayed('eks:UpdateClusterConfig of anything but accessConfig.authenticationMode');
    const present = modeOf(call, document);
    needsWhole(call, document);
    if (!isAuthenticationMode(wanted)) throw invalidParameter(`Invalid authentication mode ${wanted}`);
    if (!nextAuthenticationModes(present).includes(wanted)) {
      throw invalidParameter(`Unsupported authentication mode update from ${present} to ${wanted}`);
    }
    const accessConfig = { ...(document.cluster['accessConfig'] as object), authenticationMode: wanted };
    const update = {
      id: randomUUID(),
      type: 'AccessConfigUpdate',
      createdAt: call.lab.now().toISOString(),
      params: [{ type: 'AuthenticationMode', value: wanted }],
    };
    const scope = clusterScope(arn);
    call.lab.store.commit(
      { scope, kind: 'cluster', name: arn, document: { ...document, cluster: { ...document.cluster, accessConfig } } },
      { scope, kind: 'value', name: `update ${update.id}`, document: { value: JSON.stringify(update) } },
      ...creatorEntry(call, document, present),
    );
    return { update: { ...update, status: 'InProgress', errors: [] } };
  });
};

/** eks:DescribeUpdate: every update of the lab has happened at once. */
export const describeUpdate: EksOperation = (call) => {
  const arn = clusterArn(call);
  authorise(call, { action: 'eks:DescribeUpdate', resource: arn, tags: clusterTags(call, arn) });
  clusterOf(call);
  const id = call.segments['updateId'] ?? '';
  const kept = call.lab.store.get(clusterScope(arn), 'value', `update ${id}`);
  if (kept === undefined) throw notFound(`No update found for ID: ${id}`);
  return { update: { ...(JSON.parse(kept.value) as object), status: 'Successful', errors: [] } };
};

/** The creator gets an entry when the cluster leaves mode CONFIG_MAP (facts/eks.md §2.5, §2.7). */
function creatorEntry(call: EksCall, { creator, cluster }: ClusterDoc, from: AuthenticationMode): readonly Change[] {
  if (from !== 'CONFIG_MAP' || creator === undefined) return [];
  const principal = findPrincipal(call.lab, creator);
  if (principal === undefined) return [];
  const { arn } = cluster;
  const at = call.lab.now();
  const document = newEntry({
    cluster: arn,
    principalArn: principal.arn,
    uniqueId: principal.uniqueId,
    policies: [['AmazonEKSClusterAdminPolicy', []]],
    at,
  });
  return [{ scope: clusterScope(arn), kind: 'entry', name: principal.arn, document }];
}

/** The authentication mode of the cluster that a call names; refuses the call where nobody collected it. */
export function modeOf(call: EksCall, { cluster }: ClusterDoc): AuthenticationMode {
  const description = call.lab.view.cluster(cluster.arn)?.description;
  if (description?.state === 'collected') return description.value.mode;
  throw denied(call, cannotJudge(description === undefined ? [] : [description.gap]));
}

/** Tags of a cluster, for conditions; none when there is no such cluster. */
export function clusterTags({ lab }: EksCall, arn: string): Readonly<Record<string, string>> {
  return (lab.store.get(clusterScope(arn), 'cluster', arn)?.cluster['tags'] ?? {}) as Readonly<Record<string, string>>;
}

/**
 * The description with the lab's own endpoint and CA, where its API server runs; to who came by AWS's name, by AWS's name.
 * A cluster that is being made has neither yet.
 */
export function shownCluster({ lab, request }: EksCall, { cluster }: ClusterDoc): Readonly<Record<string, unknown>> {
  const place = lab.endpointOf(cluster.arn);
  if (cluster['status'] === 'CREATING') return { ...cluster, endpoint: undefined, certificateAuthority: {} };
  if (place === undefined) return cluster;
  const endpoint = awsHostOf(request) === undefined ? place.endpoint : place.awsEndpoint;
  return { ...cluster, endpoint, certificateAuthority: { data: Buffer.from(place.authority).toString('base64') } };
}
