import { type GrantsFile, type LiveAdmin, makePlan, type Plan } from '../../grants/index.ts';
import { type Asked, exitOfPlan } from '../apply/exit.ts';
import { planWithAdmins } from '../apply/live-admin.ts';
import { lockOutHints } from '../apply/lock-out.ts';
import type { Context, Io } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import type { NamedEvidence } from '../evidence.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { accountsOfMine } from '../grants/credentials.ts';
import { evidenceFor, mineWithout } from '../grants/evidence.ts';
import { readGrantsFile } from '../grants/file.ts';
import { writeHandOver } from '../grants/hand-over.ts';
import { liveFile } from '../grants/live.ts';
import type { ShutAccount } from '../grants/shut.ts';
import { type Opened, openFolder } from '../inventory.ts';
import { planData } from '../output/render-plan.ts';
import { printPlan } from '../print/plan.ts';
import { styleFor } from '../print/style.ts';
import { yamlPrinter } from '../print/yaml.ts';
import { reportProblems } from '../problems.ts';
import { writeData } from '../write.ts';
import type { PlanFlags } from './plan.ts';

/** Reads the file and the inventory, makes the plan and prints it. */
export async function run(this: Context, flags: PlanFlags, name = 'causeway.yaml'): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    const file = readGrantsFile(name, io);
    const {
      inventory,
      folder,
      readText,
      mine,
      caller,
      evidence,
      withAdmins = alone,
      shut = [],
    } = await (flags.live === true ? readNow : readFolder)(file, flags, io);
    const planNow = (admins: readonly LiveAdmin[]): Plan =>
      makePlan(file, inventory, {
        admins,
        now: io.now().getTime(),
        adopt: flags.adopt === true,
        ...(mine === undefined ? {} : { mine }),
        ...(caller === undefined ? {} : { caller }),
      });
    const plan = await withAdmins(planNow);
    reportProblems(inventory.problems(), io.stderr);
    for (const hint of lockOutHints(plan, file)) io.stderr.write(labelled('hint', hint));
    const exit = exitOf(plan, { isMine: flags.mine === true, shut, ...(mine === undefined ? {} : { mine }) });
    if (flags.output === 'json' || flags.output === 'yaml')
      await writeData(io.stdout, flags.output, planData(plan, exit, evidence));
    else {
      const bodyText = await yamlPrinter();
      const from = folder === undefined ? {} : { folder };
      const names = { file, source: name, ...from, shut, shown: { evidence, now: io.now() } };
      io.stdout.write(printPlan(plan, names, { style: styleFor(io), bodyText, all: flags.all === true }));
    }
    if (flags.handOver !== undefined) {
      const accounts = writeHandOver(flags.handOver, { plan, file, inventory, readText }, io);
      const text =
        accounts.length === 0 ? 'there is nothing to hand over' : `${flags.handOver} has the part of ${accounts.join(', ')}`;
      io.stderr.write(labelled('note', text));
    }
    return exit;
  });
}

/** What a plan is made of. */
interface Reading extends Pick<Opened, 'inventory' | 'readText'> {
  /** Absent: it was read just now. */
  readonly folder?: string;
  readonly evidence: readonly NamedEvidence[];
  readonly mine?: ReadonlySet<string>;
  readonly caller?: string;
  /** Plans with what the clusters say of whoever asks. */
  readonly withAdmins?: (plan: (admins: readonly LiveAdmin[]) => Plan) => Promise<Plan>;
  readonly shut?: readonly ShutAccount[];
}

const alone: NonNullable<Reading['withAdmins']> = async (plan) => plan([]);

async function readFolder(file: GrantsFile, { inventory, region, ...flags }: PlanFlags, io: Io): Promise<Reading> {
  if (region !== undefined) throw usage('--region goes with --live');
  const mine = accountsOfMine(file, flags.credentials ?? []);
  const evidence = evidenceFor(file, flags, io);
  return { ...openFolder(inventory, io, evidence), evidence, ...mineWithout(file, mine, evidence) };
}

async function readNow(file: GrantsFile, { inventory, ...flags }: PlanFlags, io: Io): Promise<Reading> {
  if (inventory !== undefined) throw usage('--live reads what is there now: leave --inventory out');
  const live = liveFile(file, flags, io);
  const { evidence } = live;
  const whole = await live.read();
  const { files, ...reading } = whole;
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const withAdmins: Reading['withAdmins'] = async (plan) =>
    (await planWithAdmins((_, admins) => plan(admins), whole, live, io)).plan;
  return { ...reading, withAdmins, evidence, readText: (path) => texts.get(path) };
}

/** As after a run that had nothing to do; a plan that is refused differs. */
function exitOf(plan: Plan, asked: Asked): Exit {
  return plan.refusals.length > 0 || plan.lockOuts.length > 0 ? EXIT.no : exitOfPlan(plan, asked);
}
