import fc from 'fast-check';

// One seed for every property, so that a change is judged by the same worlds as the last one and a red run is the
// change's. `CAUSEWAY_SEED=random npm test` looks at other worlds, a number at those of a failure.
const seed = process.env.CAUSEWAY_SEED ?? '20261123';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
