import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Two rings: everything in test/ runs with nothing but Node; test/clients/ meets real programs (aws, kubectl, moto) and
// is skipped with a word where they are absent, except with CI=true, where their absence is a failure (test/clients/client.ts).
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    pool: 'threads',
    // On two cores Vitest would take one: the rings wait for programs, and a second file runs meanwhile.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The rooms hold no state, so a file does not need a world of its own; this halves the time of the suite.
    isolate: false,
    // Nothing is timed; the limit only ends a hang on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './tools/reporter.ts'],
  },
});
