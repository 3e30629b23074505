import { afterEach, describe, expect, test } from 'vitest';
import { CI, CONFIG, EVE, startWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const START = Date.UTC(2026, 10, 23, 12);
const ago = (seconds: number): { readonly at: Date } => ({ at: new Date(START - seconds * 1000) });

/** A world with a clock that only the test moves. */
async function clocked(own: string): Promise<{ readonly world: World; readonly clock: { now: number } }> {
  const clock = { now: START };
  world = await startWorld({
    config: `${CONFIG}causeway:\n${own}`,
    now: () => clock.now,
    sts: { now: () => new Date(clock.now) },
  });
  return { world, clock };
}

describe('the cache', () => {
  test('asks STS once for a token, until its time is over', async () => {
    const { world, clock } = await clocked('  cacheSeconds: 60\n');
    const token = world.token();
    for (let i = 0; i < 3; i++) expect(await world.review(token)).toMatchObject({ status: 200 });
    expect(world.sts.calls).toHaveLength(1);
    clock.now += 60_000;
    expect(await world.review(token)).toMatchObject({ status: 200 });
    expect(world.sts.calls).toHaveLength(2);
  });

  test('never outlives the token', async () => {
    const { world, clock } = await clocked('  cacheSeconds: 900\n');
    const token = world.token(CI, ago(14 * 60));
    expect(await world.review(token)).toMatchObject({ status: 200 });
    clock.now += 60_001;
    expect(await world.review(token)).toMatchObject({ status: 403 });
    expect(world.log()).toContain('X-Amz-Date parameter is expired');
  });

  test('of nothing asks each time', async () => {
    const { world } = await clocked('  cacheSeconds: 0\n');
    const token = world.token();
    for (let i = 0; i < 3; i++) await world.review(token);
    expect(world.sts.calls).toHaveLength(3);
  });

  test('the same token many times at once is one call', async () => {
    const { world } = await clocked('  cacheSeconds: 0\n');
    const token = world.token();
    const replies = await Promise.all(Array.from({ length: 30 }, () => world.review(token)));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(world.sts.calls.length).toBeLessThan(30);
    expect(await world.metrics()).toMatch(/causeway_authenticator_cache_total\{result="joined"\} [1-9]/);
  });

  test('remembers a wrong signature for seconds, and no other refusal', async () => {
    const { world, clock } = await clocked('  cacheSeconds: 60\n');
    const wrong = world.token(CI, { secret: 'wrong' });
    for (let i = 0; i < 3; i++) expect(await world.review(wrong)).toMatchObject({ status: 403 });
    expect(world.sts.refused).toEqual(['SignatureDoesNotMatch']);
    clock.now += 5001;
    await world.review(wrong);
    expect(world.sts.refused).toHaveLength(2);
    const unknown = world.token({ ...EVE, accessKeyId: 'AKIANOBODY0000000001' });
    for (let i = 0; i < 2; i++) await world.review(unknown);
    expect(world.sts.refused.slice(2)).toEqual(['InvalidClientTokenId', 'InvalidClientTokenId']);
  });

  test('holds callers, not what they are mapped to', async () => {
    const { world } = await clocked('  cacheSeconds: 60\n');
    const token = world.token(EVE);
    for (let i = 0; i < 2; i++) expect(await world.review(token)).toMatchObject({ status: 403 });
    expect(world.sts.calls).toHaveLength(1);
    expect(world.log()).toContain('identity is not mapped');
  });
});

describe('limits', () => {
  test('a flood of bad tokens never reaches STS, and does not fill the log', async () => {
    world = await startWorld();
    const { token, review, sts, log } = world;
    const good = token();
    const bad = [good.slice(0, -9), `${good}*`, 'k8s-aws-v1.', 'x', token(CI, { at: new Date('2020-01-01') })];
    for (let round = 0; round < 20; round++) {
      const replies = await Promise.all(bad.flatMap((one) => [review(one), review(`${one}A`), review(one.replace('v1', 'v2'))]));
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([403]));
    }
    expect(sts.calls).toHaveLength(0);
    expect(log().split('\n').length).toBeLessThan(300);
    expect(await review(good)).toMatchObject({ status: 200 });
  });

  test('who brings many refused tokens is turned away, and not who was good before', async () => {
    const { world, clock } = await clocked('  refusalRate: { perSecond: 1, burst: 3 }\n  cacheSeconds: 1\n');
    expect(await world.review(world.token())).toMatchObject({ status: 200 });
    const guess = (i: number) => world.review(world.token({ ...EVE, accessKeyId: `AKIAGUESS000000000${i}0` }));
    expect([(await guess(1)).status, (await guess(2)).status, (await guess(3)).status, (await guess(4)).status]).toEqual([
      403, 403, 403, 429,
    ]);
    expect(world.sts.refused).toHaveLength(3);
    expect(world.log()).toContain('too many refused tokens from 127.0.0.1');
    // The same address with a key that is known to be good.
    expect(await world.review(world.token(CI, ago(1)))).toMatchObject({ status: 200 });
    clock.now += 1000;
    expect(await guess(5)).toMatchObject({ status: 403 });
    expect(await world.metrics()).toContain('causeway_authenticator_limited_total{by="source"} 1');
  });

  test('an identity is charged for what it signed itself, and for nothing that others sent in its name', async () => {
    const { world, clock } = await clocked('  identityRate: { perSecond: 1, burst: 2 }\n  refusalRate: { perSecond: 0 }\n');
    for (let i = 1; i < 20; i++) await world.review(world.token(CI, { secret: 'wrong', ...ago(i) }));
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await world.review(world.token(CI, ago(i)))).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(world.log()).toContain('too many new tokens of this identity');
    // A token that is remembered costs nothing.
    expect(await world.review(world.token(CI, ago(0)))).toMatchObject({ status: 200 });
    clock.now += 1000;
    expect(await world.review(world.token(CI, ago(3)))).toMatchObject({ status: 200 });
  });
});

test('a scrubbed account leaves no trace in the answer or the log', async () => {
  world = await startWorld({
    config: CONFIG.replace('server:', 'server:\n  scrubbedAccounts: ["222222222222"]').replace('ci:{{SessionName}}', 'ci'),
  });
  const reply = await world.review(world.token());
  expect(reply.json()).toMatchObject({
    status: { authenticated: true, user: { username: 'ci', uid: 'aws-iam-authenticator:administrative:ci' } },
  });
  expect(reply.body).not.toContain('extra');
  for (const text of [reply.body, world.log()]) {
    expect(text).not.toContain('build-7');
    expect(text).not.toContain(CI.accessKeyId);
  }
});

test.each([
  [['api'], 200, ['api']],
  [['other', 'api'], 200, ['api']],
  [['other'], 403, undefined],
  [[], 200, undefined],
])('with audiences of its own, a review for %j is answered %i', async (audiences, status, answered) => {
  world = await startWorld({ config: `${CONFIG}causeway:\n  audiences: [api]\n` });
  const reply = await world.review(world.token(), {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { audiences },
  });
  expect(reply.status).toBe(status);
  expect((reply.json() as { status: { audiences?: unknown } }).status.audiences).toEqual(answered);
});
