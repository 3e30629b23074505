import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CI, EVE, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

describe('a caller that a row names', () => {
  test.each(['authentication.k8s.io/v1', 'authentication.k8s.io/v1beta1'])('is known in %s', async (apiVersion) => {
    const reply = await world.review(world.token(), { apiVersion, kind: 'TokenReview' });
    expect(reply).toMatchObject({ status: 200, type: 'application/json; charset=UTF-8' });
    expect(reply.json()).toEqual({
      apiVersion,
      kind: 'TokenReview',
      metadata: {},
      spec: {},
      status: {
        authenticated: true,
        user: {
          username: 'ci:build-7',
          uid: 'aws-iam-authenticator:222222222222:AROACI',
          groups: ['deployers'],
          extra: {
            accessKeyId: [CI.accessKeyId],
            arn: [CI.arn],
            canonicalArn: ['arn:aws:iam::222222222222:role/ci'],
            principalId: ['AROACI'],
            sessionName: ['build-7'],
            'sigs.k8s.io/aws-iam-authenticator/principalId': ['AROACI'],
          },
        },
      },
    });
  });

  test('is asked for as the original asks', async () => {
    await world.review(world.token(CI, { at: new Date(Date.now() - 1000) }));
    const call = world.sts.calls.at(-1);
    expect(call).toMatchObject({ action: 'GetCallerIdentity', presigned: true, caller: CI.arn });
    expect(call?.headers).toMatchObject({ 'x-k8s-aws-id': 'demo', accept: 'application/json' });
  });
});

describe('refusals say no and nothing else', () => {
  const denied = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: {}, spec: {}, status: { user: {} } };

  test.each([
    [
      'a token for another cluster',
      (w: World) => w.token(CI, { cluster: 'other' }),
      'error from AWS (expected 200, got 403) on lab endpoint. Body: SignatureDoesNotMatch',
    ],
    ['a token signed with another secret', (w: World) => w.token(CI, { secret: 'wrong' }), 'SignatureDoesNotMatch'],
    ['a caller whom nothing maps', (w: World) => w.token(EVE), 'identity is not mapped'],
    ['no token', () => '', 'token is missing expected'],
    ['a token of long ago', (w: World) => w.token(CI, { at: new Date('2020-01-01') }), 'X-Amz-Date parameter is expired'],
    ['a token that is too large', () => `k8s-aws-v1.${'A'.repeat(5000)}`, 'token is too large'],
  ])('%s', async (_, token, why) => {
    const reply = await world.review(token(world));
    expect(reply.status).toBe(403);
    expect(reply.json()).toEqual(denied);
    expect(world.log().split('\n').at(-2)).toContain(why);
  });
});

describe('what is no review', () => {
  test.each([
    [{ body: '' }, 400, 'expected a request body\n'],
    [{ body: 'x' }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: 'null' }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: '[]' }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: '{"kind":"Pod","spec":{"token":"x"}}' }, 400, 'expected a request body to be a TokenReview\n'],
    [
      { body: '{"apiVersion":"authentication.k8s.io/v2","spec":{"token":"x"}}' },
      400,
      'expected a request body to be a TokenReview\n',
    ],
    [{ body: '{"spec":{"token":7}}' }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: '{"spec":"x"}' }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: '{"spec":{"token":"x","audiences":[7]}}' }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: Buffer.from([0xff, 0xfe, 0x00]) }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: `${'['.repeat(30_000)}` }, 400, 'expected a request body to be a TokenReview\n'],
    [{ body: 'x'.repeat(70_000) }, 413, 'the request body is too large\n'],
    [{ method: 'GET' }, 405, 'expected POST\n'],
    [{ method: 'DELETE' }, 405, 'expected POST\n'],
    [{ method: 'GET', path: '/' }, 404, '404 page not found\n'],
    [{ path: '/authenticate/', body: '{}' }, 404, '404 page not found\n'],
  ])('%j', async (sent, status, body) => {
    expect(await world.send(sent)).toMatchObject({ status, body, type: expect.stringMatching(/^text\/plain/i) as unknown });
  });

  test('the type that a body gives itself does not matter, as in the original', async () => {
    const body = JSON.stringify({ spec: { token: world.token() } });
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      expect(await world.send({ body, headers: { 'content-type': type } })).toMatchObject({ status: 200 });
    }
  });

  test('without a version the answer has none', async () => {
    expect((await world.send({ body: JSON.stringify({ spec: { token: world.token() } }) })).json()).not.toHaveProperty(
      'apiVersion',
    );
  });
});

test('health, readiness and metrics', async () => {
  expect(await world.send({ method: 'GET', path: '/healthz' })).toMatchObject({ status: 200, body: 'ok' });
  expect(await world.send({ method: 'GET', path: '/readyz' })).toMatchObject({ status: 200, body: 'ok' });
  const plain = await fetch(`http://127.0.0.1:${world.webhook.healthPort}/healthz`);
  expect([plain.status, await plain.text()]).toEqual([200, 'ok']);
  const metrics = await world.metrics();
  for (const result of ['malformed_request', 'invalid_token', 'sts_error', 'uknown_user', 'success']) {
    expect(metrics).toContain(`aws_iam_authenticator_authenticate_latency_seconds_count{result="${result}"}`);
  }
  expect(metrics).toContain('aws_iam_authenticator_sts_responses_total{ResponseCode="200",StsRegion="lab"}');
});

test('no token, signature, secret or session token is ever logged', async () => {
  const token = world.token(CI, { at: new Date(Date.now() - 5000) });
  await world.review(token);
  await world.review(world.token(CI, { cluster: 'other', at: new Date(Date.now() - 5000) }));
  await world.send({ body: `{"spec":{"token":"${token}"` });
  await world.review(token.slice(0, -5));
  const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString();
  const signature = /X-Amz-Signature=(\w+)/.exec(url)?.[1] ?? 'none';
  for (const secret of [
    token,
    signature,
    url,
    CI.secretAccessKey,
    CI.sessionToken ?? '',
    encodeURIComponent(CI.sessionToken ?? ''),
  ]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(world.log()).not.toContain(secret);
  }
  expect(world.log()).not.toContain('canary');
});
