import { createServer, type Server } from 'node:https';
import { parseArn } from '../../rules/arn/index.ts';
import { type Certified, makeServerCertificate } from './certificates.ts';
import type { ClusterApi, ClusterSeat, KubernetesObject, ObjectChange } from './cluster-seam.ts';
import type { Lab } from './context.ts';
import { textAt } from './fields.ts';
import { issuerIn, issuerTokens } from './issuer.ts';
import { makeClusterApi } from './kube/index.ts';
import { endpointHost } from './proxy/endpoint-host.ts';
import { closer, limitsOf, listen } from './server.ts';
import type { ClusterDoc } from './state/documents.ts';
import { type KubernetesGaps, kubernetesGapsOf } from './state/gaps.ts';
import { objectName } from './state/object-name.ts';
import { clusterScope, clustersIn, objectScope } from './state/scope.ts';
import { authenticateToken } from './token-auth.ts';

/** A cluster whose API server runs. */
export interface RunningCluster {
  readonly endpoint: string;
  /** The same by the name that AWS gave it, for clients that come through the lab as a proxy. */
  readonly awsEndpoint: string;
  readonly authority: string;
  readonly api: ClusterApi;
  readonly server: Server;
  /** Of its service accounts' tokens. */
  readonly issuer: string;
  /** Ends watches, timers and connections. */
  readonly close: () => Promise<void>;
}

/** The API servers of a lab's clusters. */
export interface Clusters {
  /** Starts the servers of clusters that were made since, and ends those of clusters that are gone. */
  readonly follow: () => void;
  readonly close: () => Promise<void>;
}

/** How the API servers are started. */
export interface ClusterOptions {
  readonly authority: Certified;
  /** Origins of the lab's AWS endpoint, for tokens that were signed for it. */
  readonly labOrigins: () => readonly string[];
  /** Whether writes to objects are kept (`--state`). */
  readonly keepsObjects: boolean;
  /** The machine's clock: certificates are checked by the clients' own. */
  readonly now: () => Date;
  /** Filled with each cluster as it starts. */
  readonly running: Map<string, RunningCluster>;
}

/** Starts an API server on loopback for every cluster of the lab, each on a port of its own. */
export async function startClusters(lab: Lab, options: ClusterOptions): Promise<Clusters> {
  const { running } = options;
  const follow = async (): Promise<void> => {
    for (const [arn, cluster] of running) if (cluster.issuer !== issuerAt(lab, arn)) await stop(running, arn, cluster);
    for (const arn of clustersIn(lab.store.scopes())) if (!running.has(arn)) await start(lab, arn, options);
  };
  const stopAll = async (): Promise<void> => {
    for (const [arn, cluster] of running) await stop(running, arn, cluster);
  };
  await follow().catch(async (error: unknown) => {
    await stopAll();
    throw error;
  });
  // One after the other: a cluster may be taken away while its server still starts.
  let last = Promise.resolve();
  return {
    follow: () => {
      last = last.then(follow).catch((error: unknown) => {
        const message = `the API server of a cluster did not start: ${error instanceof Error ? error.message : String(error)}`;
        lab.log({ at: lab.now().toISOString(), service: 'lab', operation: 'StartCluster', status: 500, message, decisions: [] });
      });
    },
    close: async () => {
      await last;
      await stopAll();
    },
  };
}

async function start(lab: Lab, arn: string, options: ClusterOptions): Promise<void> {
  const { authority, now, running } = options;
  const scope = clusterScope(arn);
  const document = lab.store.get(scope, 'cluster', arn);
  if (document === undefined) return;
  // Made when it is first asked for: of a large organisation most clusters never are.
  let made: ClusterApi | undefined;
  const api = (): ClusterApi => {
    made ??= makeClusterApi(seatOf(lab, document, options));
    return made;
  };
  const host = endpointHost(document);
  const served = await makeServerCertificate(authority, ['localhost', '127.0.0.1', host], now());
  const tls = { key: served.key, cert: served.certificate, handshakeTimeout: 15_000, ...limitsOf() };
  const server = createServer(tls, (request, response) => api().handler(request, response));
  const close = closer(server);
  const port = await listen(server, document.port ?? 0).catch(() => listen(server, 0));
  const [endpoint, awsEndpoint] = [`https://127.0.0.1:${port}`, `https://${host}`];
  const issuer = issuerOf(document.cluster);
  running.set(arn, {
    ...{ endpoint, awsEndpoint, authority: authority.certificate, server, issuer },
    get api() {
      return api();
    },
    close: () => {
      made?.close();
      return close();
    },
  });
  // It may have been changed, or taken away, while its server started.
  const present = lab.store.get(scope, 'cluster', arn);
  if (present === undefined || issuerOf(present.cluster) !== issuer) return;
  const isNew = present.cluster['status'] === 'CREATING';
  if (port === present.port && !isNew) return;
  const cluster = isNew ? { ...present.cluster, status: 'ACTIVE' } : present.cluster;
  lab.store.commit({ scope, kind: 'cluster', name: arn, document: { ...present, cluster, port } });
}

async function stop(running: Map<string, RunningCluster>, arn: string, { close }: RunningCluster): Promise<void> {
  running.delete(arn);
  await close();
}

/** Tells a cluster from another one of the same name, made later. */
function issuerAt(lab: Lab, arn: string): string | undefined {
  const document = lab.store.get(clusterScope(arn), 'cluster', arn);
  return document === undefined ? undefined : issuerOf(document.cluster);
}

/** What the Kubernetes API of a cluster is told of the world. */
export function seatOf(lab: Lab, { cluster }: ClusterDoc, { labOrigins, keepsObjects, running }: ClusterOptions): ClusterSeat {
  const { arn, name } = cluster;
  const { account = '', region = '', partition = '' } = parseArn(arn) ?? {};
  const awsAuth = (): Readonly<Record<string, unknown>> | null => running.get(arn)?.api.awsAuth() ?? null;
  const gaps = (): KubernetesGaps => kubernetesGapsOf(lab.store, arn);
  const place = { arn, name, partition, region, awsAuth, awsAuthGap: () => gaps().awsAuth };
  const scope = objectScope(arn);
  return {
    ...{ arn, name, account, region, partition },
    version: () => textAt(cluster, 'version') ?? '1.33',
    endpoint: () => running.get(arn)?.endpoint ?? '',
    gaps: gaps(),
    lastVersion: Number(lab.store.get(scope, 'value', 'version')?.value ?? 0),
    objects: lab.store.list(scope, 'object').map(({ object }) => object as KubernetesObject),
    authenticate: (token) => authenticateToken(lab, { ...place, labOrigins: labOrigins() }, token),
    serviceAccountTokens: issuerTokens(lab.store, issuerOf(cluster)),
    now: lab.now,
    log: ({ operation, caller, decision, reason, status }) => {
      lab.log({
        at: lab.now().toISOString(),
        service: 'kubernetes',
        cluster: name,
        operation,
        ...(caller === undefined ? {} : { caller }),
        status,
        decisions: [{ action: operation, resource: arn, decision: decision === 'allow' ? 'allow' : 'implicitDeny', reason }],
      });
    },
    keep: (change) => {
      if (!keepsObjects) return;
      // A write that was on its way when the cluster was deleted must not be found in the next one of its name.
      if (issuerAt(lab, arn) !== issuerOf(cluster)) throw new Error(`the cluster ${name} was deleted`);
      const document = change.op === 'put' ? { object: change.object } : null;
      const object = { scope, kind: 'object', name: nameOf(change), document } as const;
      // What is gone takes its version along, and a restarted cluster must not count backwards.
      const version =
        change.op === 'put'
          ? []
          : [{ scope, kind: 'value', name: 'version', document: { value: change.resourceVersion } } as const];
      lab.store.commit(object, ...version);
    },
  };
}

function nameOf(change: ObjectChange): string {
  if (change.op === 'put') return objectName(change.object);
  const { apiVersion, kind, namespace = '', name } = change;
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

function issuerOf(cluster: ClusterDoc['cluster']): string {
  return issuerIn(cluster) ?? `https://oidc.eks.invalid/id/${cluster.name}`;
}
