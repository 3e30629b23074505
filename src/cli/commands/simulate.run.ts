import type { Context } from '../context.ts';
import { guarded } from '../error.ts';
import { EXIT } from '../exit.ts';
import { openBytes } from '../files.ts';
import { judgeLine, type Outcome } from '../simulate/judge.ts';
import { readLines } from '../simulate/lines.ts';

/** Judges every line of every file in order; a line that cannot be judged is reported in its place and the rest goes on. */
export async function run(this: Context, _flags: Record<never, never>, ...files: string[]): Promise<void> {
  await guarded(this, async () => {
    const count = { passed: 0, failed: 0, errors: 0, unchecked: 0 };
    let fault = false;
    for (const file of files) {
      for await (const line of readLines(openBytes(file, this.io))) {
        const outcome = await judgeLine(line, file === '-' ? '<stdin>' : file);
        count[tallyOf(outcome)]++;
        fault ||= 'fault' in outcome;
        this.io.stdout.write(`${JSON.stringify(outcome)}\n`);
      }
    }
    const { passed, failed, errors, unchecked } = count;
    this.io.stderr.write(`${passed} passed, ${failed} failed, ${unchecked} without expectation, ${errors} unreadable\n`);
    if (fault) return EXIT.failed;
    if (errors > 0) return EXIT.usage;
    return failed > 0 ? EXIT.no : EXIT.yes;
  });
}

function tallyOf(outcome: Outcome): 'passed' | 'failed' | 'errors' | 'unchecked' {
  if ('error' in outcome) return 'errors';
  if (outcome.pass === undefined) return 'unchecked';
  return outcome.pass ? 'passed' : 'failed';
}
