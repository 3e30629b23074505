import fc from 'fast-check';

/** `CAUSEWAY_RUNS=10` runs every property ten times as often. */
const FACTOR = Number(process.env.CAUSEWAY_RUNS ?? '1');

/** `CAUSEWAY_SEED=123` repeats a run; fast-check prints seed and path of a failure itself. */
const SEED = process.env.CAUSEWAY_SEED;

/** Asserts a property so many times; a failure names its seed, its path and the smallest counterexample. */
export function holds<T>(times: number, property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns: Math.ceil(times * FACTOR), ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
}
