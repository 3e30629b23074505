import { type GrantsFile, openGaps, type Plan, unseenParts } from '../../grants/index.ts';
import type { Context } from '../context.ts';
import { labelled } from '../error.ts';
import { EXIT, type Exit } from '../exit.ts';
import type { LiveFile, LiveReading } from '../grants/live.ts';
import { planData } from '../output/render-plan.ts';
import { printPlan } from '../print/plan.ts';
import { styleFor } from '../print/style.ts';
import { yamlPrinter } from '../print/yaml.ts';
import { type Checked, checkGrants } from './check.ts';
import { confirm } from './confirm.ts';
import { describedIn, doorsInto } from './doors.ts';
import { exitOfRun } from './exit.ts';
import { lockOutHints } from './lock-out.ts';
import { printRan } from './print.ts';
import { runPlan } from './run.ts';

/** A plan that is to be run, with what it takes. */
export interface Errand {
  readonly file: GrantsFile;
  /** The grants file as the user wrote it. */
  readonly source: string;
  readonly live: LiveFile;
  readonly reading: LiveReading;
  readonly plan: Plan;
  /** The same plan of what was read again; undefined: nothing is left to plan. */
  readonly planAgain: (reading: LiveReading) => Plan | undefined;
  readonly yes: boolean;
  readonly isMine: boolean;
  readonly mayAdopt: boolean;
  readonly isJson: boolean;
  /** Whether the grants of the file are tried afterwards. */
  readonly tries: boolean;
  /** Whether the backups are taken away when all is done; then they bring nothing back. */
  readonly purges?: boolean;
}

/** Shows a plan, asks, runs it, reads again and says what came of it. Gives the exit code. */
export async function carryOut(errand: Errand, { io }: Pick<Context, 'io'>): Promise<Exit> {
  const { file, live, reading, plan, planAgain, yes, isMine, mayAdopt, isJson } = errand;
  await show(errand, io);
  if (plan.lockOuts.length > 0 || plan.refusals.length > 0) {
    io.stderr.write(labelled('error', 'the plan is refused, and nothing was written'));
    for (const hint of lockOutHints(plan, file)) io.stderr.write(labelled('hint', hint));
    return EXIT.no;
  }
  const open = plan.steps.filter(({ state }) => state === 'to-do').length;
  if (open === 0) return exitOfRun(plan, [], { isMine, ...reading });
  if (!(await confirm(`Run ${open} ${open === 1 ? 'step' : 'steps'}?`, yes, io))) {
    io.stderr.write(labelled('note', 'nothing was written'));
    return EXIT.no;
  }
  const { clusters } = live.request;
  const doors = doorsInto(describedIn(reading.collection.files), live.enter, io);
  const ran = await runPlan({ owner: file.name, steps: plan.steps, clusters, doors, mayAdopt, isJson }, io);
  const after = await live.read();
  const checks: readonly Checked[] = errand.tries ? checkGrants(file, after.inventory, io.now()) : [];
  const left = planAgain(after) ?? { steps: [], gaps: [], unseen: unseenParts(file, after.inventory) };
  // What left the file leaves no trace once its role's policy is written.
  const behind = plan.gaps.filter(({ id }) => id.startsWith('left:'));
  const exit = exitOfRun({ ...left, gaps: [...left.gaps, ...behind] }, ran.results, { isMine, ...after });
  if (isJson) io.stdout.write(`${JSON.stringify({ event: 'result', exitCode: exit, results: ran.results, checks })}\n`);
  else {
    const backups = errand.purges === true && exit === EXIT.yes ? [] : ran.backups;
    const outcome = { ...ran, backups, exit, gaps: openGaps(left) };
    io.stdout.write(printRan(file.name, plan.steps, outcome, checks, { isMine, style: styleFor(io) }));
  }
  const isWhole = ran.results.every(({ outcome }) => outcome === 'done');
  if (isWhole && left.steps.some(({ state }) => state === 'to-do'))
    io.stderr.write(labelled('note', 'something was changed meanwhile: a new plan has steps to do'));
  return exit;
}

async function show(
  { file, source, plan, isJson, live: { evidence }, reading: { shut } }: Errand,
  io: Context['io'],
): Promise<void> {
  if (isJson) {
    const { exitCode: _, ...data } = planData(plan, EXIT.yes, evidence);
    io.stdout.write(`${JSON.stringify({ event: 'plan', ...data })}\n`);
    return;
  }
  const bodyText = await yamlPrinter();
  io.stdout.write(
    printPlan(plan, { file, source, shut, shown: { evidence, now: io.now() } }, { style: styleFor(io), bodyText, all: false }),
  );
  io.stdout.write('\n');
}
