import { setTimeout as sleepFor } from 'node:timers/promises';
import type { KubeConfig, V1ConfigMap } from '@kubernetes/client-node';

/** Which ConfigMap is watched, as whom, and who is told. */
export interface ConfigMapWatch {
  /** Path of a kubeconfig; empty: the service account of the pod. */
  readonly kubeconfig: string;
  /** URL of the API server instead of the one that the kubeconfig names; empty: that one. */
  readonly master: string;
  readonly namespace: string;
  readonly name: string;
  /** `data` whenever it may have changed; undefined when there is no such ConfigMap. */
  readonly onData: (data: Readonly<Record<string, unknown>> | undefined) => void;
  /** The watch broke or could not begin; it is tried again after so many milliseconds. */
  readonly onFailure: (error: string, retryMs: number) => void;
  /** Waits; ends at once when the signal fires. Given by tests. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const ANSWER_MS = 15_000;

/**
 * Watches one ConfigMap for ever: lists it, watches from there, and begins anew whenever the watch ends; after a failure
 * with a growing wait. The API server may come up later than this program, be replaced or be silent: nothing is thrown,
 * and who watches keeps what it knew. Gives the function that ends it.
 */
export function watchConfigMap(options: ConfigMapWatch): () => void {
  const ended = new AbortController();
  void run(options, ended.signal);
  return () => ended.abort();
}

async function run(options: ConfigMapWatch, signal: AbortSignal): Promise<void> {
  const sleep = options.sleep ?? ((ms, until) => sleepFor(ms, undefined, { signal: until, ref: false }));
  let wait = FIRST_WAIT_MS;
  let known: string | undefined;
  while (!signal.aborted) {
    try {
      const client = await connect(options);
      const list = await within(ANSWER_MS, client.list());
      const found = list.items.find(({ metadata }) => metadata?.name === options.name);
      const version = found?.metadata?.resourceVersion ?? 'none';
      if (version !== known && !signal.aborted) options.onData(dataOf(found));
      known = version;
      wait = FIRST_WAIT_MS;
      await client.watch(list.metadata?.resourceVersion, signal, (phase, object) => {
        if (signal.aborted || object.metadata?.name !== options.name) return;
        known = phase === 'DELETED' ? 'none' : (object.metadata.resourceVersion ?? 'none');
        options.onData(phase === 'DELETED' ? undefined : dataOf(object));
      });
      // A server that ends every watch at once is not asked without a pause.
      await sleep(FIRST_WAIT_MS, signal).catch(() => {});
    } catch (error) {
      if (signal.aborted) return;
      options.onFailure(textOf(error), wait);
      await sleep(wait, signal).catch(() => {});
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }
}

function dataOf(object: V1ConfigMap | undefined): Readonly<Record<string, unknown>> | undefined {
  return object === undefined ? undefined : (object.data ?? {});
}

interface Client {
  readonly list: () => Promise<{
    readonly items: readonly V1ConfigMap[];
    readonly metadata?: { readonly resourceVersion?: string };
  }>;
  /** Ends when the server or silence ends the watch; throws when it could not begin. */
  readonly watch: (
    from: string | undefined,
    signal: AbortSignal,
    each: (phase: string, object: V1ConfigMap) => void,
  ) => Promise<void>;
}

async function connect(options: ConfigMapWatch): Promise<Client> {
  const { CoreV1Api, KubeConfig, Watch } = await import('./client.ts');
  const config = load(new KubeConfig(), options);
  const { namespace, name } = options;
  const fieldSelector = `metadata.name=${name}`;
  return {
    list: () => config.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace, fieldSelector }),
    watch: (resourceVersion, signal, each) =>
      new Promise((resolve, reject) => {
        const path = `/api/v1/namespaces/${namespace}/configmaps`;
        let request: AbortController | undefined;
        const end = (): void => request?.abort();
        const done = (error: unknown): void => {
          signal.removeEventListener('abort', end);
          if (isSilence(error) || signal.aborted) resolve();
          else reject(error);
        };
        signal.addEventListener('abort', end);
        new Watch(config)
          .watch(
            path,
            { fieldSelector, resourceVersion },
            (phase: string, object: V1ConfigMap) => {
              // A version that is too old to watch from: the list is read anew.
              if (phase === 'ERROR') request?.abort();
              else if (phase === 'ADDED' || phase === 'MODIFIED' || phase === 'DELETED') each(phase, object);
            },
            done,
          )
          .then((controller) => {
            request = controller;
            if (signal.aborted) end();
          }, done);
      }),
  };
}

function load(config: KubeConfig, { kubeconfig, master }: ConfigMapWatch): KubeConfig {
  if (kubeconfig !== '') config.loadFromFile(kubeconfig);
  else if (master !== '')
    config.loadFromClusterAndUser({ name: 'master', server: master, skipTLSVerify: false }, { name: 'nobody' });
  else config.loadFromCluster();
  const cluster = config.getCurrentCluster();
  if (master === '' || cluster === null) return config;
  config.clusters = config.clusters.map((one) => (one.name === cluster.name ? { ...one, server: master } : one));
  return config;
}

/** The end of a watch that nothing was wrong with: the server closed it, or had nothing to say for a while. */
function isSilence(error: unknown): boolean {
  return (
    error === null ||
    error === undefined ||
    (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
  );
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const clock = new AbortController();
  const late = sleepFor(ms, undefined, { signal: clock.signal, ref: false }).then(
    () => Promise.reject(new Error(`no answer within ${ms / 1000} s`)),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clock.abort();
  }
}

/** One line without the body of an answer, which may hold anything. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${text.split('\n')[0]?.slice(0, 200) ?? ''}${cause.slice(0, 200)}`;
}
