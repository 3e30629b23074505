import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Mishap } from '../loopback/sts.ts';
import { CI, CONFIG, startWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const QUICK = `${CONFIG}causeway:\n  stsSeconds: 0.2\n`;
const answer = (account: string): string =>
  JSON.stringify({
    GetCallerIdentityResponse: { GetCallerIdentityResult: { Account: account, Arn: CI.arn, UserId: CI.userId } },
  });

describe('STS that is slow, down or lies lets nobody in', () => {
  const mishaps: readonly (readonly [string, Mishap, number, string])[] = [
    ['never answers', 'hang', 18, 'error during GET: no answer within 0.2 s on lab endpoint'],
    ['cuts the connection', 'cut', 18, 'error during GET: socket hang up on lab endpoint'],
    ['says that it cannot', { status: 500, code: 'InternalFailure', message: 'x' }, 20, 'expected 200, got 500'],
    ['says that the token died', { status: 403, code: 'ExpiredToken', message: 'expired' }, 20, 'Body: ExpiredToken: expired'],
    ['shows a page', { status: 200, raw: '<html>welcome</html>' }, 21, "invalid character '<' looking for beginning of value"],
    ['answers nothing', { status: 200, raw: '' }, 21, 'unexpected end of JSON input'],
    ['answers half', { status: 200, raw: answer('222222222222').slice(0, 80) }, 21, 'the answer is not JSON'],
    [
      'answers with another account',
      { status: 200, raw: answer('999999999999') },
      22,
      'the account of the answer is not that of its ARN',
    ],
    ['answers without end', { status: 200, raw: 'x'.repeat(1 << 20) }, 19, 'the answer is larger than 65536 bytes'],
    ['sends elsewhere', { status: 302, raw: '', headers: { location: 'https://127.0.0.1:1/' } }, 20, 'expected 200, got 302'],
    ['sends elsewhere for ever', { status: 308, raw: '', headers: { location: '/' } }, 20, 'expected 200, got 308'],
    [
      'packs its answer',
      { status: 200, raw: gzipSync(Buffer.alloc(1 << 22)).toString('latin1'), headers: { 'content-encoding': 'gzip' } },
      19,
      'the answer is packed (gzip), which was not asked for',
    ],
    [
      'sends fewer bytes than it says',
      { status: 200, raw: 'x', headers: { 'content-length': '500', connection: 'close' } },
      19,
      'error reading HTTP result: ',
    ],
  ];

  test.for(mishaps)('%s', async ([, mishap, check, why]) => {
    let once = true;
    world = await startWorld({
      // A short time for who never answers, and for nobody else: a busy machine is slow as well.
      config: mishap === 'hang' ? QUICK : CONFIG,
      sts: {
        mishap: () => {
          if (!once) return undefined;
          once = false;
          return mishap;
        },
      },
    });
    expect(await world.review(world.token())).toMatchObject({ status: 403 });
    const line = world.log().trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(line)).toMatchObject({ msg: 'access denied', check });
    expect(line).toContain(why);
    if (mishap === 'hang') return;
    // Nothing of it stays: the next one is answered.
    expect(await world.review(world.token(CI, { at: new Date(Date.now() - 1000) }))).toMatchObject({ status: 200 });
  });

  test('is not there at all', async () => {
    world = await startWorld({ origin: 'https://127.0.0.1:1' });
    expect(await world.review(world.token())).toMatchObject({ status: 403 });
    expect(world.log()).toContain('error during GET: connect ECONNREFUSED 127.0.0.1:1 on lab endpoint');
    expect(await world.metrics()).toContain('aws_iam_authenticator_sts_connection_failures_total{StsRegion="lab"} 1');
  });

  test('has a certificate of somebody else', async () => {
    world = await startWorld();
    const other = await startWorld({ origin: world.sts.url });
    try {
      expect(await other.review(other.token())).toMatchObject({ status: 403 });
      expect(other.log()).toMatch(/error during GET: .*(certificate|verify)/);
      expect(world.sts.calls).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

test.each([[{ status: 400, code: 'Throttling', message: 'Rate exceeded' }], [{ status: 429, raw: '' }]])(
  'throttling %j is told apart, so that the API server tries again',
  async (mishap) => {
    world = await startWorld({ sts: { mishap: () => mishap } });
    expect(await world.review(world.token())).toMatchObject({
      status: 429,
      body: expect.stringContaining('"status":{"user":{}}') as unknown,
    });
    expect(world.log()).toContain('sts getCallerIdentity was throttled');
    const metrics = await world.metrics();
    expect(metrics).toContain('aws_iam_authenticator_sts_throttling_total{StsRegion="lab"} 1');
    expect(metrics).toContain('authenticate_latency_seconds_count{result="sts_throttling"} 1');
  },
);

test('a kept connection that STS has closed is no failure', async () => {
  let served = 0;
  const listener: RequestListener = (request, response) => {
    served++;
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer('222222222222'));
    // Half open: the answer is whole, and the connection is cut without a word when it is used again.
    if (served === 1) request.socket.once('data', () => request.socket.destroy());
  };
  const sts = createServer(listener);
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  world = await startWorld({ origin: `http://127.0.0.1:${(sts.address() as AddressInfo).port}` });
  try {
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
    expect(await world.review(world.token(CI, { at: new Date(Date.now() - 1000) }))).toMatchObject({ status: 200 });
  } finally {
    sts.closeAllConnections();
    sts.close();
  }
});

test('a proxy of the environment is used, and NO_PROXY ends that', async () => {
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const through = connectTcp(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const one of [through, socket]) one.on('error', () => through.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    world = await startWorld({ env: { HTTPS_PROXY } });
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
    expect(asked).toEqual([`127.0.0.1:${world.sts.port}`]);
    await world.close();
    world = await startWorld({ env: { HTTPS_PROXY, NO_PROXY: '127.0.0.1' } });
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(1);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('a proxy that cannot be one lets nobody in, and its password is not told', async () => {
  world = await startWorld({ env: { HTTPS_PROXY: 'http://ann:canary-password@[' } });
  expect(await world.review(world.token())).toMatchObject({ status: 403 });
  expect(world.log()).toContain('error during GET: the proxy of the environment (HTTPS_PROXY) is no URL on lab endpoint');
  expect(world.log()).not.toContain('canary');
});

test('a proxy that is not there lets nobody in, and its password is not told', async () => {
  world = await startWorld({ env: { HTTPS_PROXY: 'http://ann:canary-password@127.0.0.1:1' } });
  expect(await world.review(world.token())).toMatchObject({ status: 403 });
  expect(world.log()).toContain('error during GET: connect ECONNREFUSED 127.0.0.1:1');
  expect(world.log()).not.toContain('canary');
});
