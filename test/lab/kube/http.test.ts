import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClusterApi } from '../../../src/edge/lab/index.ts';
import { MOST_BODY, MOST_WAITING } from '../../../src/edge/lab/kube/http.ts';
import { makeClusterApi } from '../../../src/edge/lab/kube/index.ts';
import { configMap, NAMESPACE } from './ask.ts';
import { testSeat } from './seat.ts';

const maps = `${NAMESPACE}/configmaps`;

/** A cluster that listens on loopback; what is said here holds over TLS alike. */
async function serving(): Promise<Served> {
  const api = makeClusterApi(testSeat());
  const server = createServer(api.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 300 });
  const made = { api, server, port, agent };
  open.push(made);
  return made;
}

interface Served {
  readonly api: ClusterApi;
  readonly server: Server;
  readonly port: number;
  readonly agent: Agent;
}

const open: Served[] = [];
afterEach(async () => {
  for (const { api, server, agent } of open.splice(0)) {
    api.close();
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

function send(
  { port, agent }: Served,
  method: string,
  path: string,
  body: string | Buffer = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, agent, method, path, headers: { authorization: 'Bearer admin', ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Opens a watch and gives back its response; nobody reads it until somebody does. */
function openWatch({ port, agent }: Served, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, agent, path, headers: { authorization: 'Bearer admin' } }, resolve);
    sent.on('error', reject);
    sent.end();
  });
}

describe('bodies', () => {
  it('that are too large are refused, told or not', async () => {
    const served = await serving();
    const large = Buffer.alloc(MOST_BODY + 1, ' ');
    expect(await send(served, 'POST', maps, large).catch(() => ({ status: 413 }))).toMatchObject({ status: 413 });
    const chunked = await send(served, 'POST', maps, large, { 'transfer-encoding': 'chunked' }).catch(() => ({ status: 413 }));
    expect(chunked).toMatchObject({ status: 413 });
    expect((await send(served, 'GET', maps)).status).toBe(200);
  });

  it.each([
    ['half an object', '{"a":', 400],
    ['nothing', '', 400],
    ['deep lists', '['.repeat(100_000), 400],
    ['deep objects', '{"a":'.repeat(100_000), 400],
    ['deep YAML', `${'- '.repeat(5_000)}a`, 400],
    [
      'a YAML bomb',
      `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\ne: &e [*d,*d]\nf: &f [*e,*e]\ng: &g [*f,*f]\nh: [*g,*g]\n`,
      400,
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x7b]), 400],
    ['an object that is too large to keep', JSON.stringify(configMap('big', { k: 'x'.repeat(2 ** 21) })), 422],
  ])('of %s are answered and change nothing', async (name, body, status) => {
    const served = await serving();
    const before = served.api.objects().length;
    const type = name.includes('YAML') ? 'application/yaml' : 'application/json';
    expect((await send(served, 'POST', maps, body, { 'content-type': type })).status).toBe(status);
    expect(served.api.objects()).toHaveLength(before);
  });

  it.each([
    ['another type', { 'content-type': 'text/csv' }, 415],
    ['compression', { 'content-encoding': 'gzip' }, 415],
    ['a form that is not made', { accept: 'application/vnd.kubernetes.protobuf' }, 406],
  ])('with %s are refused', async (_, headers, status) => {
    const served = await serving();
    expect((await send(served, 'POST', maps, JSON.stringify(configMap('a')), headers)).status).toBe(status);
  });

  it('that break off leave the server up', async () => {
    const served = await serving();
    await new Promise<void>((resolve) => {
      const socket = connect(served.port, '127.0.0.1', () => {
        socket.write(`POST ${maps} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin\r\nContent-Length: 100\r\n\r\n{"a`);
        socket.destroy();
      });
      socket.on('close', () => resolve());
    });
    expect((await send(served, 'GET', '/healthz')).status).toBe(200);
  });

  it('named __proto__ are data like others', async () => {
    const served = await serving();
    const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"p"},"data":{"__proto__":"x","constructor":"y"}}';
    expect((await send(served, 'POST', maps, body)).status).toBe(201);
    await send(served, 'PATCH', `${maps}/p`, '{"data":{"__proto__":"z"}}', { 'content-type': 'application/merge-patch+json' });
    expect((await send(served, 'GET', `${maps}/p`)).text).toContain('"data":{"__proto__":"z","constructor":"y"}');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect('x' in {}).toBe(false);
  });
});

describe('many at once', () => {
  it('50 writers of one object lose no write', async () => {
    const served = await serving();
    await send(served, 'POST', maps, JSON.stringify(configMap('n', { n: '0' })));
    const increment = async (): Promise<void> => {
      for (;;) {
        const object = JSON.parse((await send(served, 'GET', `${maps}/n`)).text);
        object.data.n = String(Number(object.data.n) + 1);
        const { status } = await send(served, 'PUT', `${maps}/n`, JSON.stringify(object));
        if (status === 200) return;
        expect(status).toBe(409);
      }
    };
    await Promise.all(Array.from({ length: 50 }, increment));
    expect(JSON.parse((await send(served, 'GET', `${maps}/n`)).text).data.n).toBe('50');
  });

  it('of 40 writers who read the same version exactly one wins, by PUT and by patch', async () => {
    const served = await serving();
    const { text } = await send(served, 'POST', maps, JSON.stringify(configMap('one')));
    const { metadata } = JSON.parse(text) as { metadata: { resourceVersion: string } };
    const write = (i: number): Promise<Sent> => {
      const data = { winner: String(i) };
      if (i % 2 === 0) return send(served, 'PUT', `${maps}/one`, JSON.stringify({ ...JSON.parse(text), data }));
      const patch = { metadata: { resourceVersion: metadata.resourceVersion }, data };
      return send(served, 'PATCH', `${maps}/one`, JSON.stringify(patch), { 'content-type': 'application/merge-patch+json' });
    };
    const results = await Promise.all(Array.from({ length: 40 }, (_, i) => write(i)));
    const winners = results.flatMap(({ status }, i) => (status === 200 ? [String(i)] : []));
    expect(winners).toHaveLength(1);
    expect(results.filter(({ status }) => status === 409)).toHaveLength(39);
    expect(JSON.parse((await send(served, 'GET', `${maps}/one`)).text).data.winner).toBe(winners[0]);
  });

  it('200 watches all hear of each change, in order', async () => {
    const served = await serving();
    const watches = await Promise.all(Array.from({ length: 200 }, () => openWatch(served, `${maps}?watch=true`)));
    const heard = watches.map(
      (response) =>
        new Promise<readonly string[]>((resolve) => {
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString();
            const lines = text.split('\n').filter((line) => line !== '');
            if (lines.length >= 3 && text.endsWith('\n'))
              resolve(lines.map((line) => `${JSON.parse(line).type} ${JSON.parse(line).object.data.n}`));
          });
        }),
    );
    await send(served, 'POST', maps, JSON.stringify(configMap('w', { n: '1' })));
    await send(served, 'PATCH', `${maps}/w`, '{"data":{"n":"2"}}', { 'content-type': 'application/merge-patch+json' });
    await send(served, 'DELETE', `${maps}/w`);
    for (const events of await Promise.all(heard)) expect(events).toEqual(['ADDED 1', 'MODIFIED 2', 'DELETED 2']);
    for (const response of watches) response.destroy();
  });

  it('a watch that nobody reads is cut off, and the others go on', async () => {
    const served = await serving();
    const slow = await openWatch(served, `${maps}?watch=true`);
    const closed = new Promise<void>((resolve) => slow.socket.on('close', () => resolve()));
    slow.pause();
    slow.on('error', () => {});
    const chunk = 'x'.repeat(500_000);
    await send(served, 'POST', maps, JSON.stringify(configMap('s', { v: chunk })));
    // The kernel's own buffers hold some megabytes more than ours.
    for (
      let written = 0, i = 0;
      written < MOST_WAITING + 64e6 && !slow.socket.destroyed && slow.readableEnded === false;
      written += chunk.length, i++
    ) {
      const { status } = await send(served, 'PATCH', `${maps}/s`, JSON.stringify({ data: { v: `${i}${chunk}` } }), {
        'content-type': 'application/merge-patch+json',
      });
      expect(status).toBe(200);
      if ((await connections(served.server)) === 1) break;
    }
    slow.destroy();
    await closed;
    expect(await connections(served.server)).toBe(1);
  });

  it('closing ends every watch', async () => {
    const served = await serving();
    const watched = await openWatch(served, `${maps}?watch=true`);
    const ended = new Promise<void>((resolve) => watched.on('close', () => resolve()));
    watched.resume();
    watched.on('error', () => {});
    served.api.close();
    served.server.closeAllConnections();
    await ended;
  });
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
