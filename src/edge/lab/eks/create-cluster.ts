import { parseArn } from '../../../rules/arn/index.ts';
import { authorise } from '../authorise.ts';
import { documentOf } from '../policy-text.ts';
import { newCluster, newEntry } from '../seed/cluster.ts';
import { ARTICLE_OBJECTS } from '../seed/objects.ts';
import type { ClusterDoc, PolicyText } from '../state/documents.ts';
import { objectName } from '../state/object-name.ts';
import { accountScope, clusterScope, clustersIn, objectScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { Fault } from '../wire/fault.ts';
import { clusterArn, clusterOf, type EksCall, type EksOperation, invalidParameter } from './call.ts';
import { type ClusterRequest, readClusterRequest } from './cluster-request.ts';
import { clusterTags, shownCluster } from './clusters.ts';
import { findPrincipal } from './principal.ts';

/** Clusters that an account may have in a region (EKS user guide, service quotas). */
const MOST_CLUSTERS = 100;

/**
 * eks:CreateCluster: its API server starts at once and the status is ACTIVE as soon as it listens. The creator is what
 * facts/eks.md §2.7 says: hidden in mode CONFIG_MAP, an access entry of its own in the others.
 */
export const createCluster: EksOperation = (call) => {
  const asked = readClusterRequest(call);
  const { name, roleArn, mode, bootstrap, tags, token } = asked;
  // The action takes no resource (facts/eks.md §3.8).
  authorise(
    call,
    { action: 'eks:CreateCluster', resource: '*', keys: asked.keys },
    { action: 'iam:PassRole', resource: roleArn, keys: { 'iam:PassedToService': 'eks.amazonaws.com' } },
  );
  const arn = clusterArn({ ...call, segments: { name } });
  const scope = clusterScope(arn);
  const { store } = call.lab;
  const known = store.get(scope, 'cluster', arn);
  if (known !== undefined) {
    if (token !== undefined && known.cluster['clientRequestToken'] === token) return { cluster: shownCluster(call, known) };
    throw new Fault('ResourceInUseException', 409, `Cluster already exists with name: ${name}`, { clusterName: name });
  }
  const lead = arn.slice(0, arn.lastIndexOf('/') + 1);
  if (clustersIn(store.scopes()).filter((one) => one.startsWith(lead)).length >= MOST_CLUSTERS)
    throw new Fault('ResourceLimitExceededException', 400, 'The maximum number of clusters has been reached.');
  checkRole(call, roleArn);
  const at = call.lab.now();
  const creator = findPrincipal(call.lab, call.caller.session.principal.roleArn ?? call.caller.arn);
  const document: ClusterDoc = {
    cluster: {
      ...newCluster({ arn, mode, at }),
      ...asked.described,
      ...(asked.version === undefined ? {} : { version: asked.version }),
      ...(token === undefined ? {} : { clientRequestToken: token }),
      ...{ roleArn, tags, status: 'CREATING' },
    },
    ...(bootstrap && creator !== undefined ? { creator: creator.arn } : {}),
    entries: true,
  };
  store.commit(
    { scope, kind: 'cluster', name: arn, document },
    ...ARTICLE_OBJECTS(true).map(
      (object): Change => ({ scope: objectScope(arn), kind: 'object', name: objectName(object), document: { object } }),
    ),
    ...(creator === undefined ? [] : creatorEntry(asked, arn, creator, at)),
  );
  call.lab.clustersChanged();
  return { cluster: shownCluster(call, document) };
};

/** eks:DeleteCluster: it is gone with its answer, with its entries and everything in it. */
export const deleteCluster: EksOperation = (call) => {
  const arn = clusterArn(call);
  authorise(call, { action: 'eks:DeleteCluster', resource: arn, tags: clusterTags(call, arn) });
  const document = clusterOf(call);
  const { store } = call.lab;
  const gone = [clusterScope(arn), objectScope(arn)]
    .flatMap((scope) => store.of(scope))
    .map((change) => ({ ...change, document: null }));
  const cluster = { ...shownCluster(call, document), status: 'DELETING' };
  store.commit(...gone);
  call.lab.clustersChanged();
  return { cluster };
};

function creatorEntry(
  { mode, bootstrap }: ClusterRequest,
  cluster: string,
  { arn, uniqueId }: { readonly arn: string; readonly uniqueId: string },
  at: Date,
): readonly Change[] {
  if (mode === 'CONFIG_MAP' || !bootstrap) return [];
  const policies = [['AmazonEKSClusterAdminPolicy', []]] as const;
  const document = newEntry({ cluster, principalArn: arn, uniqueId, policies, at });
  return [{ scope: clusterScope(cluster), kind: 'entry', name: arn, document }];
}

/** The cluster's role must be a role of the account that EKS may become. */
function checkRole({ lab, caller }: EksCall, roleArn: string): void {
  const name = parseArn(roleArn)?.resource.split('/').at(-1) ?? '';
  const role = lab.store.get(accountScope(caller.account), 'role', name.toLowerCase());
  if (role?.Arn === roleArn && trustsEks(role.AssumeRolePolicyDocument)) return;
  throw invalidParameter(
    `Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
  );
}

function trustsEks(trust: PolicyText): boolean {
  const { Statement } = documentOf(trust) as { readonly Statement?: unknown };
  return [Statement].flat().some((statement) => {
    const { Effect, Principal } = statement as {
      readonly Effect?: unknown;
      readonly Principal?: { readonly Service?: unknown } | string;
    };
    const services = typeof Principal === 'object' ? [Principal.Service].flat() : [];
    return Effect === 'Allow' && services.includes('eks.amazonaws.com');
  });
}
