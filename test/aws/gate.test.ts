import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GateWorld, makeGate, type TryEnd } from '../../src/edge/aws/gate.ts';

/** A clock that sleepers move, and nobody waits. */
function clock(): GateWorld & { readonly slept: number[] } {
  const slept: number[] = [];
  let at = 0;
  return {
    slept,
    now: () => at,
    random: () => 1,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      at += milliseconds;
    },
  };
}

/** Runs `count` calls, of which the n-th try ends as `fate` says. */
async function run(count: number, fate: (nth: number) => TryEnd | 'done') {
  const world = clock();
  const gate = makeGate(world);
  let nth = 0;
  let inside = 0;
  let widest = 0;
  const attempt = async (): Promise<number> => {
    const end = fate(++nth);
    inside++;
    widest = Math.max(widest, inside);
    await Promise.resolve();
    inside--;
    if (end !== 'done') throw new Error(end);
    return nth;
  };
  const ends = await Promise.allSettled(
    Array.from({ length: count }, () => gate.run(attempt, (error) => (error as Error).message as TryEnd)),
  );
  const done = ends.filter(({ status }) => status === 'fulfilled').length;
  return { tries: nth, widest, done, slept: world.slept };
}

describe('a gate', () => {
  test('lets eight through at once', async () => {
    expect(await run(100, () => 'done')).toEqual({ tries: 100, widest: 8, done: 100, slept: [] });
  });

  test('asks what failed for good once', async () => {
    expect(await run(3, () => 'final')).toMatchObject({ tries: 3, done: 0, slept: [] });
  });

  test('asks what passes four times', async () => {
    expect(await run(1, () => 'passing')).toEqual({ tries: 4, widest: 1, done: 0, slept: [500, 1000, 2000] });
  });

  test('makes all wait while it is throttled, and lets fewer through', async () => {
    const { done, slept } = await run(40, (nth) => (nth <= 8 ? 'throttled' : 'done'));
    expect(done).toBe(40);
    expect(slept.reduce((sum, each) => sum + each, 0)).toBeLessThan(10_000);
  });

  test('gives an API up that throttles for ever', async () => {
    const { done, slept, tries } = await run(1000, () => 'throttled');
    expect(done).toBe(0);
    expect(slept.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(90_000);
    expect(tries).toBeLessThan(1100);
  });

  test('whatever happens, every call ends, and none is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.constantFrom('done', 'done', 'throttled', 'passing', 'final' as const), { minLength: 1, maxLength: 50 }),
        async (count, fates) => {
          const ran = await run(count, (nth) => (fates[nth % fates.length] ?? 'done') as TryEnd | 'done');
          expect(ran.widest).toBeLessThanOrEqual(8);
          expect(ran.tries).toBeLessThanOrEqual(count * 8);
          if (fates.every((fate) => fate === 'done')) expect(ran.done).toBe(count);
        },
      ),
    );
  });
});
