import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { watchConfigMap } from '../../src/edge/kube/index.ts';
import { makeCa } from '../loopback/certificates.ts';

type Data = Readonly<Record<string, unknown>> | undefined;

/** An API server that has one ConfigMap and does what the test says. */
interface Api {
  readonly kubeconfig: string;
  /** Paths with queries that were asked for. */
  readonly asked: readonly string[];
  /** What the next lists answer; a number is a status. */
  data: Data | number;
  version: number;
  /** Sends an event to whoever watches. */
  readonly send: (type: string, data: Data) => void;
  /** Ends what is being watched. */
  readonly end: () => void;
  readonly watching: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startApi(data: Data | number): Promise<Api> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-kube-'));
  const asked: string[] = [];
  let watcher: ServerResponse | undefined;
  let wake: (() => void) | undefined;
  const object = (value: Data) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'aws-auth', namespace: 'kube-system', resourceVersion: String(api.version) },
    data: value,
  });
  const ca = await makeCa();
  const server = createServer(await ca.issue('127.0.0.1'), (request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    if (new URL(request.url ?? '', 'http://x').searchParams.has('watch')) {
      response.writeHead(200).flushHeaders();
      watcher = response;
      wake?.();
      return;
    }
    if (typeof api.data === 'number') {
      response.writeHead(api.data).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: api.data }));
      return;
    }
    const items = api.data === undefined ? [] : [object(api.data)];
    response.end(
      JSON.stringify({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: String(api.version) }, items }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [
        {
          name: 'c',
          cluster: {
            server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
            'certificate-authority-data': Buffer.from(ca.cert).toString('base64'),
          },
        },
      ],
      users: [{ name: 'u', user: {} }],
    }),
  );
  const api: Api = {
    kubeconfig,
    asked,
    data,
    version: 1,
    send: (type, value) => {
      api.version++;
      watcher?.write(`${JSON.stringify({ type, object: object(value) })}\n`);
    },
    end: () => {
      watcher?.end();
      watcher = undefined;
    },
    watching: () =>
      watcher !== undefined
        ? Promise.resolve()
        : new Promise((resolve) => {
            wake = resolve;
          }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
  closers.push(api.close);
  return api;
}

/** Watches, and gives what was told, one after the other. */
function watched(kubeconfig: string): { readonly next: () => Promise<unknown>; readonly waits: readonly number[] } {
  const kept: unknown[] = [];
  const waits: number[] = [];
  let wake: ((value: unknown) => void) | undefined;
  const tell = (value: unknown): void => {
    if (wake === undefined) kept.push(value);
    else wake(value);
    wake = undefined;
  };
  closers.push(
    watchConfigMap({
      kubeconfig,
      master: '',
      namespace: 'kube-system',
      name: 'aws-auth',
      onData: (data) => tell({ data }),
      onFailure: (error) => tell({ error }),
      // Waits are written down and end at once.
      sleep: (ms) => {
        waits.push(ms);
        return new Promise((resolve) => setImmediate(resolve));
      },
    }),
  );
  return {
    waits,
    next: () =>
      kept.length > 0
        ? Promise.resolve(kept.shift())
        : new Promise((resolve) => {
            wake = resolve;
          }),
  };
}

test('what is there, what changes, what goes and what comes back', async () => {
  const api = await startApi({ mapRoles: 'a' });
  const { next } = watched(api.kubeconfig);
  expect(await next()).toEqual({ data: { mapRoles: 'a' } });
  await api.watching();
  api.send('MODIFIED', { mapRoles: 'b' });
  expect(await next()).toEqual({ data: { mapRoles: 'b' } });
  api.send('BOOKMARK', { mapRoles: 'no' });
  api.send('DELETED', { mapRoles: 'b' });
  expect(await next()).toEqual({ data: undefined });
  api.send('ADDED', undefined);
  expect(await next()).toEqual({ data: {} });
  expect(api.asked[0]).toBe('/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3Daws-auth');
  expect(api.asked[1]).toContain('resourceVersion=1');
});

test('none at all is told as none', async () => {
  const api = await startApi(undefined);
  expect(await watched(api.kubeconfig).next()).toEqual({ data: undefined });
});

test('a watch that ends is begun anew, and what changed meanwhile is told once', async () => {
  const api = await startApi({ mapRoles: 'a' });
  const { next } = watched(api.kubeconfig);
  await next();
  await api.watching();
  api.end();
  await api.watching();
  api.data = { mapRoles: 'b' };
  api.version = 7;
  api.end();
  expect(await next()).toEqual({ data: { mapRoles: 'b' } });
});

test('a version that is too old is read anew', async () => {
  const api = await startApi({ mapRoles: 'a' });
  const { next } = watched(api.kubeconfig);
  await next();
  await api.watching();
  api.data = { mapRoles: 'b' };
  api.send('ERROR', undefined);
  expect(await next()).toEqual({ data: { mapRoles: 'b' } });
});

test('refusals are told, and waited for longer each time', async () => {
  const api = await startApi(403);
  const { next, waits } = watched(api.kubeconfig);
  for (let i = 0; i < 8; i++) expect(await next()).toEqual({ error: expect.any(String) as unknown });
  api.data = { mapRoles: 'a' };
  let told = await next();
  while (!Object.hasOwn(told as object, 'data')) told = await next();
  expect(told).toEqual({ data: { mapRoles: 'a' } });
  expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a kubeconfig that is not there yet is looked for again', async () => {
  const api = await startApi({ mapRoles: 'a' });
  const { next } = watched(`${api.kubeconfig}.later`);
  expect(await next()).toEqual({ error: expect.stringContaining('ENOENT') as unknown });
});
