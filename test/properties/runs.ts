import fc from 'fast-check';

/** `CAUSEWAY_RUNS=10` runs every property ten times as often. */
const FACTOR = Number(process.env.CAUSEWAY_RUNS ?? '1');

/** Asserts a property so many times; a failure names its seed (set in test/setup.ts), its path and the smallest counterexample. */
export function holds<T>(times: number, property: fc.IProperty<T>): void {
  fc.assert(property, { numRuns: Math.ceil(times * FACTOR) });
}
