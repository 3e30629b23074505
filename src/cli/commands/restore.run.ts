import { basename } from 'node:path';
import type { Admins, KeptBackup } from '../../edge/apply/index.ts';
import { confirm, requireYes } from '../apply/confirm.ts';
import { describedLive, doorsInto } from '../apply/doors.ts';
import { clockOf, regionIn } from '../apply/run.ts';
import { entering } from '../collect/live.ts';
import { requestOf } from '../collect/request.ts';
import type { Context, Io } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { EXIT, type Exit, failed, usage } from '../exit.ts';
import { absolute, readTextIfThere } from '../files.ts';
import { orCliError } from '../kubeconfig/around.ts';
import { drawDiff } from '../print/diff.ts';
import { newPage } from '../print/page.ts';
import { styleFor } from '../print/style.ts';
import type { RestoreFlags } from './restore.ts';

/** Finds the backup, shows what it would bring back and undo, asks, and writes it back. */
export async function run(this: Context, flags: RestoreFlags, name?: string): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    const { cluster: clusterName, credentials = [], region, list = false, yes = false } = flags;
    if (clusterName === undefined) throw usage('--cluster is needed', '--cluster takes ACCOUNT/REGION/NAME or an ARN');
    const { unnamed = false } = flags;
    if (unnamed && flags.file === undefined) throw usage('--unnamed goes with --file');
    if (name !== undefined && flags.file !== undefined) throw usage('BACKUP and --file exclude each other');
    if (!list) requireYes(yes, io);
    const request = requestOf({ cluster: [clusterName], credentials, ...(region === undefined ? {} : { region }) });
    const [arn = ''] = request.clusters;
    const account = arn.split(':')[4] ?? '';
    const stray = [...request.entrances.keys()].find((id) => id !== account);
    if (stray !== undefined)
      throw usage(
        `--credentials ${stray}=…: restore reads no grants file, which alone has names of accounts`,
        `--credentials ${account}=profile:NAME or ${account}=role:ARN enters the account of the cluster`,
      );
    const apply = await import('../../edge/apply/index.ts');
    const doors = doorsInto(
      describedLive,
      entering({ ...request, advice: `--credentials ${account}=profile:NAME or ${account}=role:ARN names others` }, io),
      io,
    );
    const admins = apply.openAdmins({
      ...{ doors, clock: clockOf(io), wire: (_, send) => send() },
      onWait: () => {},
      regionOf: regionIn(request.clusters),
    });
    const { file } = flags;
    if (list) return listed(await asked(() => apply.listBackups(admins, arn)), arn, io);
    const backup = file === undefined ? await chosen(apply, admins, arn, name) : fromFile(file, unnamed, io);
    const prepared = await asked(() => apply.prepareRestore(admins, arn, backup));
    if ('refused' in prepared) throw usage(prepared.refused);
    if (prepared.now === prepared.before) {
      io.stdout.write(`nothing to do: ${backup.what} of ${arn} is as in ${backup.name}\n`);
      return EXIT.yes;
    }
    const page = newPage(styleFor(io), () => undefined);
    page.prose(`${backup.what} of ${arn}, from ${backup.name}${backup.taken === '' ? '' : ` of ${backup.taken}`}`, {
      tone: 'strong',
    });
    page.gap();
    drawDiff(page, prepared.now, prepared.before);
    if (prepared.gains.length > 0) {
      page.gap();
      page.prose('Let in by it, as nobody is now:', { tone: 'strong' });
      for (const gain of prepared.gains) page.prose(gain, { lead: '  + ' });
    }
    io.stdout.write(page.text());
    if (!(await confirm('Bring it back? Lines with - go, those with + come.', yes, io))) {
      io.stderr.write(labelled('note', 'nothing was written'));
      return EXIT.no;
    }
    if (!(await asked(prepared.run))) {
      io.stderr.write(labelled('error', 'somebody wrote in between, and nothing was written: run it again'));
      return EXIT.no;
    }
    io.stdout.write(`${backup.what} is as in ${backup.name}\n`);
    return EXIT.yes;
  });
}

/** Runs calls of an API; what it says no with becomes ours. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await orCliError(call);
  } catch (error) {
    // The room is a bundle of its own: its errors are told by their name.
    if (error instanceof Error && error.name === 'CallFailed') throw failed(error.message);
    throw error;
  }
}

async function chosen(
  { listBackups }: typeof import('../../edge/apply/index.ts'),
  admins: Admins,
  arn: string,
  name: string | undefined,
): Promise<KeptBackup> {
  const all = await asked(() => listBackups(admins, arn));
  const found = name === undefined ? all.find(({ what }) => what === 'aws-auth') : all.find((backup) => backup.name === name);
  if (found !== undefined) return found;
  const which = name === undefined ? 'no backup of aws-auth' : `no backup ${name}`;
  throw usage(`${arn} has ${which}`, '--list shows those that it has, --file takes one of the state folder');
}

/** The name of a file of the state folder says what it is of: `aws-auth-0123456789ab.json`. */
function fromFile(file: string, mayBeUnnamed: boolean, io: Pick<Io, 'cwd' | 'home'>): KeptBackup {
  const text = readTextIfThere(absolute(file, io));
  if (text === undefined) throw usage(`there is no file ${file}`);
  const what = /^(aws-auth|access-entry)-/.exec(basename(file))?.[1];
  if (what === undefined) throw usage(`${file} is no backup: its name begins with aws-auth- or access-entry-`);
  return { name: basename(file), what, taken: '', text, mayBeUnnamed };
}

function listed(backups: readonly KeptBackup[], arn: string, io: Pick<Io, 'stdout' | 'env'>): Exit {
  const page = newPage(styleFor(io), () => undefined);
  if (backups.length === 0) page.prose(`${arn} keeps no backup`);
  for (const { name, what, taken } of backups) page.verbatim(`${taken}  ${what.padEnd(12)}  ${name}`, '');
  io.stdout.write(page.text());
  return EXIT.yes;
}
