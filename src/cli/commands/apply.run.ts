import { type LiveAdmin, makePlan, type Plan } from '../../grants/index.ts';
import { carryOut } from '../apply/carry-out.ts';
import { requireYes } from '../apply/confirm.ts';
import { planWithAdmins } from '../apply/live-admin.ts';
import { acceptedLockOuts } from '../apply/lock-out.ts';
import type { Context } from '../context.ts';
import { guarded } from '../error.ts';
import { readGrantsFile } from '../grants/file.ts';
import { type LiveReading, liveFile } from '../grants/live.ts';
import type { ApplyFlags } from './apply.ts';

/** Reads what there is, shows the plan, asks, runs it, and checks what came of it. */
export async function run(this: Context, flags: ApplyFlags, source = 'causeway.yaml'): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    requireYes(flags.yes === true, io);
    const file = readGrantsFile(source, io);
    const mayAdopt = flags.adopt === true;
    const acceptLockOut = acceptedLockOuts(file, flags.acceptLockOut);
    const live = liveFile(file, flags, io);
    const planNow = ({ inventory, mine, caller }: LiveReading, admins: readonly LiveAdmin[]): Plan => {
      const options = { now: io.now().getTime(), adopt: mayAdopt, mine, acceptLockOut, admins };
      return makePlan(file, inventory, caller === undefined ? options : { ...options, caller });
    };
    const reading = await live.read();
    const { plan, admins } = await planWithAdmins(planNow, reading, live, io);
    const planAgain = (after: LiveReading): Plan => planNow(after, admins);
    const errand = { file, source, live, reading, plan, planAgain, mayAdopt, tries: true };
    const said = { yes: flags.yes === true, isMine: flags.mine === true, isJson: flags.output === 'json' };
    return carryOut({ ...errand, ...said }, this);
  });
}
