import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { serverIdentity } from '../../src/edge/authenticator/certificate.ts';
import { webhookKubeconfig } from '../../src/edge/authenticator/webhook-kubeconfig.ts';
import { CI, CONFIG, EVE, startWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const NOW = new Date('2026-11-23T12:00:00Z');

/** Resolves with every judgement of a changed file, in order. */
function reloads(): { readonly told: (good: boolean) => void; readonly next: () => Promise<boolean> } {
  const kept: boolean[] = [];
  const waiting: ((good: boolean) => void)[] = [];
  return {
    told: (good) => {
      const wake = waiting.shift();
      if (wake === undefined) kept.push(good);
      else wake(good);
    },
    next: () => {
      const good = kept.shift();
      return good === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(good);
    },
  };
}

describe('a changed configuration', () => {
  test('is taken as it is written, and a broken one leaves the last good one in use', async () => {
    const { told, next } = reloads();
    world = await startWorld({ onReload: told });
    const mapped = `${CONFIG}  mapUsers:\n  - userARN: ${EVE.arn}\n    username: eve\n`;
    expect(await world.review(world.token(EVE))).toMatchObject({ status: 403 });

    await writeFile(world.file, mapped);
    expect(await next()).toBe(true);
    expect(await world.review(world.token(EVE))).toMatchObject({ status: 200 });

    await writeFile(world.file, `${mapped}    groups: "half\n`);
    expect(await next()).toBe(false);
    expect(world.log()).toContain(`${world.file}:11:`);
    expect(world.log()).toContain('the last good one stays in use');
    expect(await world.review(world.token(EVE))).toMatchObject({ status: 200 });
    expect(await world.metrics()).toContain('causeway_authenticator_config_last_reload_successful 0');

    await writeFile(world.file, CONFIG);
    expect(await next()).toBe(true);
    expect(await world.review(world.token(EVE))).toMatchObject({ status: 403 });
    expect(await world.metrics()).toContain('causeway_authenticator_config_last_reload_successful 1');
  });

  test('is read again when asked for, and a file that is gone changes nothing', async () => {
    world = await startWorld();
    expect(await world.webhook.reload()).toBe(true);
    await rm(world.file);
    expect(await world.webhook.reload()).toBe(false);
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
  });

  test('of what is read once is said to need a restart', async () => {
    world = await startWorld();
    await writeFile(world.file, CONFIG.replace('demo', 'other'));
    await world.webhook.reload();
    expect(world.log()).toContain('"setting":"clusterId"');
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
  });
});

describe('the end', () => {
  test('answers what is under way, and takes no more', async () => {
    let open: (() => void) | undefined;
    const entered = new Promise<void>((resolve) => {
      open = resolve;
    });
    world = await startWorld({
      sts: {
        mishap: () => {
          open?.();
          return { delay: 100 };
        },
      },
    });
    const { port } = world.webhook;
    const under = world.review(world.token());
    await entered;
    const stopped = world.webhook.stop();
    expect(await under).toMatchObject({ status: 200 });
    await stopped;
    await expect(refused(port)).resolves.toBe('ECONNREFUSED');
  });

  test('does not wait for ever for a connection that says nothing', async () => {
    world = await startWorld({ config: `${CONFIG}causeway:\n  drainSeconds: 0\n` });
    const silent = connectTcp(world.webhook.port, '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    const gone = closed(silent);
    await world.webhook.stop();
    await gone;
  });

  test('does not wait for ever for an STS that says nothing', async () => {
    world = await startWorld({ config: `${CONFIG}causeway:\n  drainSeconds: 0\n`, sts: { mishap: () => 'hang' } });
    const under = world.review(world.token()).then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    while (world.sts.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await world.webhook.stop();
    expect(await under).toBe('ECONNRESET');
  });
});

function refused(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.once('connect', () => resolve('connected'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

function closed(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  socket.resume();
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('connections that never finish', () => {
  const half = 'POST /authenticate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"spec":';

  test('hold nobody up, however many there are', async () => {
    world = await startWorld();
    const { port } = world.webhook;
    const secure = Array.from({ length: 40 }, (_, i) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () =>
        socket.write(i % 2 === 0 ? half : half.slice(0, 30)),
      );
      socket.on('error', () => {});
      return socket;
    });
    const plain = Array.from({ length: 40 }, () => connectTcp(port, '127.0.0.1').on('error', () => {}));
    await Promise.all(secure.map((socket) => new Promise((resolve) => socket.once('secureConnect', resolve))));
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
    for (const socket of [...secure, ...plain]) socket.destroy();
  });

  test.each([
    ['half a body', half],
    ['bytes that are no HTTP', '\u0000\u0001\u0002\r\n\r\n'],
    ['a length that is none', 'POST /authenticate HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['two lengths', 'POST /authenticate HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    [
      'a length and chunks',
      'POST /authenticate HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['headers without end', `POST /authenticate HTTP/1.1\r\n${'X-A: b\r\n'.repeat(5000)}`],
  ])('%s, cut off, is survived', async (_, text) => {
    world = await startWorld();
    const socket = connect({ port: world.webhook.port, host: '127.0.0.1', rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const gone = closed(socket);
    socket.end(text);
    await gone;
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
  });
});

test.each([
  ['TLSv1.1', false],
  ['TLSv1.2', true],
  ['TLSv1.3', true],
] as const)('%s is spoken: %s', async (version: SecureVersion, spoken) => {
  world = await startWorld();
  const { port } = world.webhook;
  const ciphers = 'DEFAULT:@SECLEVEL=0';
  const ok = await new Promise((resolve) => {
    const socket = connect(
      { port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: version, maxVersion: version, ciphers },
      () => {
        resolve(true);
        socket.destroy();
      },
    );
    socket.on('error', () => resolve(false));
  });
  expect(ok).toBe(spoken);
});

describe('the certificate and the kubeconfig', () => {
  const names = { hostname: 'localhost', address: '127.0.0.1' };

  test('a client that trusts the kubeconfig alone reaches the webhook', async () => {
    world = await startWorld();
    const kubeconfig = parse(await readFile(join(world.folder, 'kubeconfig.yaml'), 'utf8'));
    expect(kubeconfig).toMatchObject({
      kind: 'Config',
      'current-context': 'webhook',
      contexts: [{ name: 'webhook', context: { cluster: 'aws-iam-authenticator', user: 'apiserver' } }],
      clusters: [{ name: 'aws-iam-authenticator', cluster: { server: `https://localhost:${world.webhook.port}/authenticate` } }],
      users: [{ name: 'apiserver' }],
    });
    const ca = Buffer.from(kubeconfig.clusters[0].cluster['certificate-authority-data'], 'base64');
    const { port } = world.webhook;
    for (const servername of ['localhost', '']) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1', servername, ca }, () => {
          socket.destroy();
          resolve();
        });
        socket.once('error', reject);
      });
    }
  });

  test("is made once, with a key that is its owner's alone", async () => {
    world = await startWorld();
    const folder = join(world.folder, 'fresh');
    const first = await serverIdentity(folder, names, NOW);
    expect(first).toMatchObject({ made: true, warnings: [] });
    expect((await stat(join(folder, 'key.pem'))).mode & 0o777).toBe(0o600);
    expect(await serverIdentity(folder, names, NOW)).toEqual({ ...first, made: false });
    await chmod(join(folder, 'key.pem'), 0o644);
    expect((await serverIdentity(folder, names, NOW)).warnings).toEqual([
      expect.stringMatching(/^others than its owner can read .*key\.pem: chmod 600/),
    ]);
  });

  test('for another name or past its time is told', async () => {
    world = await startWorld();
    const folder = join(world.folder, 'fresh');
    await serverIdentity(folder, names, NOW);
    expect((await serverIdentity(folder, { ...names, hostname: 'auth.example' }, NOW)).warnings).toEqual([
      expect.stringMatching(/is not for auth\.example/),
    ]);
    expect((await serverIdentity(folder, names, new Date('2200-01-01'))).warnings).toEqual([expect.stringMatching(/expired on/)]);
  });

  test('without its key is refused, and nothing is overwritten', async () => {
    world = await startWorld();
    const folder = join(world.folder, 'half');
    await mkdir(folder);
    await writeFile(join(folder, 'cert.pem'), 'mine');
    await expect(serverIdentity(folder, names, NOW)).rejects.toThrow(/cert\.pem is there and .*key\.pem is not/);
    expect(await readFile(join(folder, 'cert.pem'), 'utf8')).toBe('mine');
  });

  test('an address of six stands in brackets', () => {
    expect(webhookKubeconfig({ hostname: '::1', port: 1, cert: 'x' })).toContain('server: https://[::1]:1/authenticate');
  });
});

test('a caller of another access key is another caller', async () => {
  world = await startWorld();
  const replies = await Promise.all([world.review(world.token(CI)), world.review(world.token(EVE))]);
  expect(replies.map(({ status }) => status)).toEqual([200, 403]);
});
