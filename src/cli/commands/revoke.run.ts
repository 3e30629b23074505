import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../base/index.ts';
import { type GrantsFile, type LiveAdmin, planRevoke, type Revoked } from '../../grants/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import { carryOut } from '../apply/carry-out.ts';
import { requireYes } from '../apply/confirm.ts';
import { describedIn, doorsInto } from '../apply/doors.ts';
import { planWithAdmins } from '../apply/live-admin.ts';
import { acceptedLockOuts } from '../apply/lock-out.ts';
import { clockOf, regionIn } from '../apply/run.ts';
import type { Context, Io } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { EXIT, failed, usage } from '../exit.ts';
import { readGrantsFile } from '../grants/file.ts';
import { type LiveFile, type LiveReading, liveFile } from '../grants/live.ts';
import type { RevokeFlags } from './revoke.ts';

/** Reads what there is, shows what goes and what lives on, asks, and takes it away. */
export async function run(this: Context, flags: RevokeFlags, what: string): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    requireYes(flags.yes === true, io);
    const source = flags.file ?? 'causeway.yaml';
    const file = readGrantsFile(source, io);
    const meant = meantBy(what, file);
    const acceptLockOut = acceptedLockOuts(file, flags.acceptLockOut);
    const live = liveFile(file, flags, io);
    const planNow = ({ inventory, mine }: LiveReading, admins: readonly LiveAdmin[]) =>
      planRevoke(file, inventory, meant, { now: io.now().getTime(), mine, acceptLockOut, admins });
    const reading = await live.read();
    const { plan, admins } = await planWithAdmins(planNow, reading, live, io);
    const planAgain = (after: LiveReading) => planNow(after, admins);
    if (plan === undefined) throw unknown(what, file, source);
    const errand = {
      file,
      source,
      live,
      reading,
      plan,
      planAgain,
      mayAdopt: false,
      tries: false,
      purges: flags.purgeBackups === true,
    };
    const said = { yes: flags.yes === true, isMine: false, isJson: flags.output === 'json' };
    const exit = await carryOut({ ...errand, ...said }, this);
    if (flags.purgeBackups === true && exit === EXIT.yes) await purge(live, reading, io);
    return exit;
  });
}

/** A grant of that name, else a principal. */
function meantBy(what: string, { grants }: GrantsFile): Revoked {
  const isGrant = grants.some(({ name }) => name === what) || /^[a-z0-9][\w.-]*$/i.test(what);
  return isGrant ? { grant: what } : { principal: what };
}

function unknown(what: string, { grants }: GrantsFile, source: string) {
  return usage(
    `${source} has no grant and no principal "${what}", and nothing that could be seen carries its mark`,
    ...didYouMean(
      what,
      grants.map(({ name }) => name),
    ),
  );
}

/** Takes the backups of the file's clusters away, in the clusters and on the disk. */
async function purge(live: LiveFile, { collection }: LiveReading, io: Io): Promise<void> {
  const apply = await import('../../edge/apply/index.ts');
  const { clusters } = live.request;
  const doors = doorsInto(describedIn(collection.files), live.enter, io);
  const admins = apply.openAdmins({
    ...{ doors, clock: clockOf(io), wire: (_, send) => send() },
    onWait: () => {},
    regionOf: regionIn(clusters),
  });
  for (const arn of clusters) {
    try {
      const names = await apply.purgeBackups(admins, arn);
      if (names.length > 0)
        io.stderr.write(
          labelled('note', `${names.length === 1 ? 'a backup was' : `${names.length} backups were`} taken out of ${arn}`),
        );
    } catch (error) {
      throw failed(`the backups in ${arn} could not be taken away: ${error instanceof Error ? error.message : String(error)}`);
    }
    const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
    const folder = join(apply.backupFolder(io.env, io.home), account, region, resource.replace(/^cluster\//, ''));
    rmSync(folder, { recursive: true, force: true });
  }
}
