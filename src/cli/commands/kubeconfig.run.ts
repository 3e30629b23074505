import {
  awsExec,
  type ClusterFacts,
  type ContextWish,
  causewayExec,
  type ExecSection,
  type MaybeText,
  type PutPlan,
  planContexts,
} from '../../kubeconfig/index.ts';
import type { Context, Io } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { CliError, EXIT, type Exit, usage } from '../exit.ts';
import { findClusters } from '../kubeconfig/clusters.ts';
import { doctor } from '../kubeconfig/doctor.ts';
import { kubeconfigFiles, readKubeconfigText } from '../kubeconfig/files.ts';
import { type KubeconfigFlags, readKubeconfigFlags } from '../kubeconfig/flags.ts';
import { commandFor } from '../kubeconfig/program.ts';
import { store } from '../kubeconfig/store.ts';
import { printPuts } from '../print/kubeconfig.ts';
import { styleFor } from '../print/style.ts';
import type { KubeconfigCommandFlags } from './kubeconfig.ts';

/** `doctor` is a word of its own; everything else makes contexts. */
export async function run(this: Context, flags: KubeconfigCommandFlags, ...words: string[]): Promise<void> {
  await guarded(this, () =>
    words[0] === 'doctor' ? doctor(flags, words.slice(1), this.io) : write(readKubeconfigFlags(this.words.slice(1)), this.io),
  );
}

/** Finds the clusters, plans their contexts, and writes the plan under the lock. */
async function write(flags: KubeconfigFlags, io: Io): Promise<Exit> {
  const note = (text: string): void => void io.stderr.write(labelled('note', text));
  // What would be refused anyway is refused before anybody is asked.
  const make = execFor(flags, io);
  const texts = readTexts(kubeconfigFiles(flags.kubeconfig, io), io, note);
  const { clusters, handedOver, notes } = await findClusters(flags, io);
  for (const each of notes) note(each);
  if (clusters.length === 0) {
    note('there is no cluster to make a context for');
    return EXIT.no;
  }
  if (io.env['AWS_PROFILE'] && flags.credentials.profile === undefined)
    note(`AWS_PROFILE=${io.env['AWS_PROFILE']} of this shell is not written down: give --profile if the context is to use it`);
  const wishes = clusters.map((cluster): ContextWish => wishOf(cluster, make(cluster), handedOver, flags));
  const plan = planned(texts, wishes, !flags.all);
  for (const warning of plan.warnings) note(warning);
  if (flags.dryRun) {
    const [{ file } = { file: '' }] = plan.puts;
    const whole =
      plan.files.length > 0 ? plan.files.map((each) => each.after) : [texts.find((each) => each.file === file)?.text ?? ''];
    for (const text of whole) io.stdout.write(text);
    note('nothing was written (--dry-run)');
    return EXIT.yes;
  }
  const backups: string[] = [];
  for (const { file } of plan.files) {
    const done = await store(file, io, (text) => {
      const now = texts.map((each) => (each.file === file ? { file, text } : each));
      return planned(now, wishes, !flags.all).files.find((each) => each.file === file)?.after;
    });
    if (done.backup !== undefined) backups.push(done.backup);
  }
  io.stdout.write(printPuts(plan.puts, { login: flags.credentials, current: !flags.all, backups }, styleFor(io)));
  return EXIT.yes;
}

/** Files that cannot be read are passed over where there are others (facts/eks.md §4.3). */
function readTexts(files: readonly string[], io: Io, note: (text: string) => void): readonly MaybeText[] {
  const texts: MaybeText[] = [];
  let last: unknown;
  for (const file of files) {
    try {
      texts.push({ file, text: readKubeconfigText(file, io) });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      last = error;
      if (files.length > 1) note(`${error.message}; it was passed over`);
    }
  }
  if (texts.length === 0) throw last;
  return texts;
}

function execFor(flags: KubeconfigFlags, io: Io): (cluster: ClusterFacts) => ExecSection {
  const { credentialWords } = flags;
  if (flags.exec === 'causeway') {
    const command = commandFor(flags.command, io);
    return (cluster) => causewayExec(cluster, { command, credentials: credentialWords });
  }
  if (flags.command !== undefined) throw usage('--command goes with --exec causeway: the aws CLI is found on the PATH');
  const known = new Set(['--profile', '--role']);
  const others = credentialWords.filter((word) => word.startsWith('--') && !known.has(word));
  const make = (cluster: ClusterFacts): ExecSection => {
    const exec = awsExec(cluster, loginOf(flags), others);
    if ('error' in exec && typeof exec.error === 'string') throw usage(exec.error, String(exec.hint));
    return exec as ExecSection;
  };
  make({ entry: '', id: '', outpost: false, region: '', server: '' });
  return make;
}

function loginOf({ credentials: { profile, roles } }: KubeconfigFlags): ContextWish['login'] {
  return { ...(profile === undefined ? {} : { profile }), roles: roles.map(({ arn }) => ({ role: arn })) };
}

function wishOf(cluster: ClusterFacts, exec: ExecSection, handedOver: boolean, flags: KubeconfigFlags): ContextWish {
  const { alias, userAlias, proxyUrl, replace } = flags;
  return {
    cluster,
    login: loginOf(flags),
    exec,
    replace,
    handedOver,
    ...(alias === undefined ? {} : { alias }),
    ...(userAlias === undefined ? {} : { userAlias }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  };
}

function planned(texts: readonly MaybeText[], wishes: readonly ContextWish[], makeCurrent: boolean): PutPlan {
  const plan = planContexts(texts, wishes, makeCurrent);
  if (!('error' in plan)) return plan;
  const { file, line, column, error, hints } = plan;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  if (file !== undefined) throw usage(`${place}: ${error}`, ...hints);
  throw new CliError(EXIT.no, error, hints);
}
