import { statSync } from 'node:fs';
import type { AssumptionName } from '../../access/index.ts';
import { openInventory } from '../files/index.ts';
import { type Certified, makeAuthority } from './certificates.ts';
import { type Clusters, type RunningCluster, startClusters } from './clusters.ts';
import type { Lab, LogEntry } from './context.ts';
import { type Controlled, makeControl } from './control.ts';
import { exportLab } from './export.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { makeLab } from './lab.ts';
import { openTunnels, type Tunnels } from './proxy/tunnel.ts';
import { replay } from './replay/replay.ts';
import { roleNamed } from './role-named.ts';
import { articleSeed } from './seed/article.ts';
import { awsServer, closer, listen } from './server.ts';
import { isAlive } from './state/alive.ts';
import { type Journal, openJournal, StateProblem } from './state/journal.ts';
import { LAB } from './state/scope.ts';
import { type Change, type Loader, makeStore, type Store } from './state/store.ts';

/** How a lab is started. */
export interface LabOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Without what the article sets up: three accounts and a cluster alone. */
  readonly bare?: boolean;
  /** A collected organisation to start with, instead of the article's. A state that was kept goes before it. */
  readonly inventory?: string;
  /** Folder that keeps everything over restarts; absent: nothing is written. */
  readonly state?: string;
  /** Region of the shell exports. */
  readonly region?: string;
  readonly assume?: readonly AssumptionName[];
  readonly now: () => Date;
  readonly onLog?: (entry: LogEntry) => void;
}

/** What a lab started with: its own accounts, an inventory, or what a state folder had kept. */
export type StartedFrom =
  | { readonly kind: 'article' | 'state' }
  | { readonly kind: 'inventory'; readonly accounts: number; readonly clusters: number };

/** A lab that runs. */
export interface RunningLab {
  readonly endpoint: string;
  /** What it started with. */
  readonly from: StartedFrom;
  readonly close: () => Promise<void>;
}

/** What has to be closed again, the last opened first. */
type Closers = (() => Promise<void> | void)[];

/**
 * Starts a lab on loopback; one that cannot be started leaves nothing open. Throws Node's errors of listening and of an
 * inventory folder, and StateProblem.
 */
export async function startLab(options: LabOptions): Promise<RunningLab> {
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (const each of closers.reverse()) await each();
  };
  try {
    return { ...(await open(options, closers)), close };
  } catch (error) {
    await close();
    throw unreadable(options, error) ?? error;
  }
}

/** A state that only this version of the lab cannot start from: every line of it is a commit, but of something else. */
function unreadable({ state }: LabOptions, error: unknown): StateProblem | undefined {
  if (state === undefined || !(error instanceof TypeError) || 'code' in error) return undefined;
  return new StateProblem(
    `what ${state} keeps is no state of this lab: ${error.message}`,
    'it was changed by something else; move the folder away to start anew',
  );
}

async function open(options: LabOptions, closers: Closers): Promise<Omit<RunningLab, 'close'>> {
  const { port, region, assume, now, onLog } = options;
  const running = new Map<string, RunningCluster>();
  const journal = options.state === undefined ? undefined : openJournal(options.state, process.pid, isAlive);
  if (journal !== undefined) closers.push(journal.close);
  const { from, ...started } = begin(options, journal);
  const lab = makeLab({
    ...started,
    ...(journal === undefined ? {} : { keep: journal.keep }),
    now,
    endpointOf: (arn) => running.get(arn),
    clustersChanged: () => clusters?.follow(),
    ...(assume === undefined ? {} : { assume }),
    ...(onLog === undefined ? {} : { onLog }),
  });
  let endpoint = '';
  let clusters: Clusters | undefined;
  const calls = clusterCalls(lab, running, () => endpoint);
  const authority = await authorityOf(lab.store, now());
  let tunnels: Tunnels | undefined;
  const control = makeControl(lab, {
    endpoint: () => endpoint,
    ...(region === undefined ? {} : { region }),
    authority: authority.certificate,
    calls,
  });
  const server = awsServer(lab, control, (socket) => tunnels?.hostOf(socket));
  tunnels = openTunnels(lab, { authority, now, server, running });
  closers.push(closer(server), tunnels.close);
  const at = await listen(server, port);
  endpoint = `http://127.0.0.1:${at}`;
  const labOrigins = (): readonly string[] => [endpoint, `http://localhost:${at}`];
  clusters = await startClusters(lab, { authority, labOrigins, keepsObjects: journal !== undefined, now, running });
  closers.push(clusters.close);
  // The endpoint was answering already.
  clusters.follow();
  return { endpoint, from };
}

/** What a lab starts with. What is kept at all is kept whole before anything is answered. */
function begin(
  { inventory, bare = false, now }: LabOptions,
  journal: Journal | undefined,
): { readonly initial: readonly Change[]; readonly loader?: Loader; readonly from: StartedFrom } {
  if (journal?.initial !== undefined) return { initial: journal.initial, from: { kind: 'state' } };
  if (inventory === undefined) {
    const initial = articleSeed(now(), bare);
    journal?.keep(initial);
    return { initial, from: { kind: 'article' } };
  }
  // A folder that is not there would be an inventory of nothing.
  if (!statSync(inventory).isDirectory()) throw Object.assign(new Error(`${inventory} is no folder`), { code: 'ENOTDIR' });
  const opened = openInventory(inventory, { cache: false });
  const { initial, loader, accounts, clusters } = replay(opened.inventory, opened.sources);
  const from: StartedFrom = { kind: 'inventory', accounts, clusters };
  if (journal === undefined) return { initial, loader, from };
  const all = makeStore(initial, undefined, loader).all();
  journal.keep(all);
  return { initial: all, from };
}

/** The lab's certificate authority, kept with its state. */
async function authorityOf(store: Store, now: Date): Promise<Certified> {
  const [certificate, key] = ['authority', 'authority-key'].map((name) => store.get(LAB, 'value', name)?.value);
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  const made = await makeAuthority(now);
  store.commit(
    { scope: LAB, kind: 'value', name: 'authority', document: { value: made.certificate } },
    { scope: LAB, kind: 'value', name: 'authority-key', document: { value: made.key } },
  );
  return made;
}

function clusterCalls(lab: Lab, running: ReadonlyMap<string, RunningCluster>, endpoint: () => string): Controlled['calls'] {
  return {
    export: async () => ({ files: exportLab(lab, new Map([...running].map(([arn, { api }]) => [arn, api.objects()]))) }),
    kubeconfig: async ({ cluster, role, proxy }) => {
      const found = [...running].filter(
        ([arn]) => cluster === undefined || arn === cluster || arn.endsWith(`/${String(cluster)}`),
      );
      const [first] = found;
      const names = [...running.keys()].join(', ');
      if (first === undefined) return { error: `the lab has no such cluster; it has ${names || 'none'}` };
      if (found.length > 1) return { error: `several clusters could be meant: ${found.map(([arn]) => arn).join(', ')}` };
      const assumed = typeof role === 'string' ? roleNamed(lab, role) : undefined;
      if (assumed !== undefined && 'error' in assumed) return assumed;
      return {
        kubeconfig: kubeconfigOf(...first, {
          ...(assumed === undefined ? {} : { role: assumed.arn }),
          ...(proxy === true ? { proxy: endpoint() } : {}),
        }),
      };
    },
  };
}
