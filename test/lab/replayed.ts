import { createServer } from 'node:https';
import { openInventory } from '../../src/edge/files/index.ts';
import { type RunningCluster, seatOf } from '../../src/edge/lab/clusters.ts';
import { createCluster } from '../../src/edge/lab/kube/cluster.ts';
import { type BareLab, makeLab } from '../../src/edge/lab/lab.ts';
import { replay } from '../../src/edge/lab/replay/replay.ts';
import { clusterScope, clustersIn } from '../../src/edge/lab/state/scope.ts';
import { type Inventory, makeInventory, type Source } from '../../src/inventory/index.ts';
import { NOW } from './make.ts';

/** Origin of the lab's AWS side in tokens. */
export const ORIGIN = 'http://127.0.0.1:4640';

/** A lab that replays an inventory, without sockets. */
export interface Replayed {
  readonly lab: BareLab;
  readonly inventory: Inventory;
  /** The API of each cluster, by its ARN. */
  readonly clusters: ReadonlyMap<string, ReturnType<typeof createCluster>>;
}

/** Replays a folder. */
export function replayed(folder: string): Replayed {
  const { inventory, sources } = openInventory(folder, { cache: false });
  return replayedFrom(inventory, sources);
}

/** Replays files given as texts by their path. */
export function replayedFiles(files: Readonly<Record<string, string>>): Replayed {
  const sources = Object.entries(files).map(([path, text]): Source => ({ path, size: text.length, text: () => text }));
  return replayedFrom(makeInventory(sources), sources);
}

function replayedFrom(inventory: Inventory, sources: readonly Source[]): Replayed {
  const { initial, loader } = replay(inventory, sources);
  const running = new Map<string, RunningCluster>();
  const lab = makeLab({ initial, loader, now: () => NOW, endpointOf: (arn) => running.get(arn) });
  const clusters = new Map<string, ReturnType<typeof createCluster>>();
  const authority = { certificate: '', key: '' };
  for (const arn of clustersIn(lab.store.scopes())) {
    const document = lab.store.get(clusterScope(arn), 'cluster', arn);
    if (document === undefined) throw new Error(`${arn} was not replayed`);
    const options = { authority, labOrigins: () => [ORIGIN], keepsObjects: false, now: () => NOW, running };
    const cluster = createCluster(seatOf(lab, document, options));
    clusters.set(arn, cluster);
    const api = {
      handler: () => undefined,
      awsAuth: () => awsAuthOf(cluster.store.all()),
      objects: () => [],
      close: () => undefined,
    };
    const server = createServer();
    running.set(arn, {
      endpoint: 'https://127.0.0.1:6443',
      awsEndpoint: '',
      authority: '',
      api,
      server,
      issuer: '',
      close: async () => undefined,
    });
  }
  return { lab, inventory, clusters };
}

function awsAuthOf(objects: readonly unknown[]): Readonly<Record<string, unknown>> | null {
  const all = objects as readonly {
    readonly kind?: string;
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
    readonly data?: Readonly<Record<string, unknown>>;
  }[];
  const found = all.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'aws-auth' && metadata.namespace === 'kube-system',
  );
  return found === undefined ? null : (found.data ?? {});
}
