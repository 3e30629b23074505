import { type AccessDiff, diffAccess } from '../../access/index.ts';
import type { Context } from '../context.ts';
import { guarded } from '../error.ts';
import { EXIT, type Exit } from '../exit.ts';
import { openFolder } from '../inventory.ts';
import { accessDiffData } from '../output/render-diff.ts';
import { isKnown, printAccessDiff } from '../print/between.ts';
import { styleFor } from '../print/style.ts';
import { reportProblems } from '../problems.ts';
import { writeData } from '../write.ts';
import type { DiffFlags } from './diff.ts';

/** Reads both folders, compares them and prints what differs. */
export async function run(this: Context, flags: DiffFlags, old: string, fresh: string): Promise<void> {
  await guarded(this, async () => {
    const [before, after] = [openFolder(old, this.io), openFolder(fresh, this.io)];
    const diff = diffAccess(before.inventory, after.inventory, { now: this.io.now() });
    for (const { inventory } of [before, after]) reportProblems(inventory.problems(), this.io.stderr);
    const exit = exitOf(diff);
    if (flags.output === 'json' || flags.output === 'yaml')
      await writeData(this.io.stdout, flags.output, accessDiffData(diff, { old, new: fresh, exitCode: exit }));
    else this.io.stdout.write(printAccessDiff(diff, styleFor(this.io)));
    return exit;
  });
}

function exitOf({ changes, gaps }: AccessDiff): Exit {
  if (changes.some(isKnown)) return EXIT.no;
  return changes.length > 0 || gaps.length > 0 ? EXIT.unsettled : EXIT.yes;
}
