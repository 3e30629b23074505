import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed, N skipped` alone on the last line of a run, for programs that count.
 *
 * A file that could not be loaded and an error outside every test count as one failure each, so that the line never
 * says `0 failed` about a run that failed.
 */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: string): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      count.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'pending' ? 'failed' : state]++;
      }
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    }
    if (reason !== 'passed' && count.failed === 0) count.failed = 1;
    if (modules.length === 0 && count.failed === 0) count.failed = 1;
    // At exit, so that nothing is printed after it; written at once, because nothing else runs then.
    process.on('exit', () => writeSync(1, `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`));
  }
}
