import { dirname } from 'node:path';
import {
  type DoctorWorld,
  diagnose,
  type KubeconfigText,
  type PlacedFinding,
  type Repair,
  repair,
} from '../../kubeconfig/index.ts';
import type { KubeconfigCommandFlags } from '../commands/kubeconfig.ts';
import type { Io } from '../context.ts';
import { labelled } from '../error.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { absolute } from '../files.ts';
import type { DoctorOutput } from '../output/kubeconfig-doctor.ts';
import { printDoctor } from '../print/doctor.ts';
import { styleFor } from '../print/style.ts';
import { profilesOf } from '../request/context.ts';
import { writeData } from '../write.ts';
import { kubeconfigFiles, readKubeconfigText } from './files.ts';
import { isRunnable, ownProgram } from './program.ts';
import { store } from './store.ts';

const OWN = new Set(['fix', 'kubeconfig', 'output']);

/** Reads the files, says what is wrong with them, and with --fix repairs what can be repaired. Gives the exit code. */
export async function doctor(flags: KubeconfigCommandFlags, words: readonly string[], io: Io): Promise<Exit> {
  const other = Object.entries(flags).find(([flag, value]) => value !== undefined && !OWN.has(flag))?.[0];
  if (other !== undefined)
    throw usage(
      `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} does not go with doctor`,
      'it takes --fix, --kubeconfig, -o and files',
    );
  const texts = readFiles(flags.kubeconfig, words, io);
  const fixed = flags.fix === true;
  const world = worldOf(io);
  const findings = diagnose(texts, world);
  const repairs: Repair[] = [];
  for (const done of repair(texts, findings)) {
    if ('error' in done) io.stderr.write(labelled('note', `${done.file}:${done.line ?? 1} is not repaired: ${done.error}`));
    else repairs.push(done);
  }
  const backups = fixed ? await mend(repairs, texts, world, io) : [];
  const report = { files: texts.map(({ file }) => file), findings, repairs, fixed, backups };
  const left = findings.filter((finding) => !(fixed && isCured(finding, repairs)));
  const exit = left.length === 0 ? EXIT.yes : EXIT.no;
  if (flags.output === 'json' || flags.output === 'yaml') await writeData(io.stdout, flags.output, dataOf(report, exit));
  else io.stdout.write(printDoctor(report, styleFor(io)));
  return exit;
}

/** Files that were named have to be there; of those of KUBECONFIG one. */
function readFiles(flag: string | undefined, words: readonly string[], io: Io): readonly KubeconfigText[] {
  if (flag !== undefined && words.length > 0) throw usage('--kubeconfig and FILE exclude each other');
  const files = words.length > 0 ? words : kubeconfigFiles(flag, io);
  const texts = files.flatMap((file): KubeconfigText[] => {
    const text = readKubeconfigText(file, io);
    if (text === undefined && words.length > 0) throw usage(`there is no kubeconfig ${file}`);
    return text === undefined ? [] : [{ file, text }];
  });
  if (texts.length === 0) throw usage(`there is no kubeconfig ${files.join(', ')}`, '--kubeconfig or KUBECONFIG names one');
  return texts;
}

/** Writes the repairs; each is found out again under the lock, for the text that stands there then. */
async function mend(repairs: readonly Repair[], texts: readonly KubeconfigText[], world: DoctorWorld, io: Io): Promise<string[]> {
  const backups: string[] = [];
  for (const { file } of repairs) {
    const done = await store(file, io, (text) => {
      if (text === undefined) return undefined;
      const now = texts.map((each) => (each.file === file ? { file, text } : each));
      const again = repair(now, diagnose(now, world)).find((each) => each.file === file);
      return again === undefined || 'error' in again ? undefined : again.after;
    });
    if (done.backup !== undefined) backups.push(done.backup);
  }
  return backups;
}

function worldOf(io: Io): DoctorWorld {
  const program = ownProgram(io);
  return {
    profiles: profilesOf(io),
    ...(io.env['AWS_PROFILE'] ? { shellProfile: io.env['AWS_PROFILE'] } : {}),
    ...(program === undefined ? {} : { program }),
    isThere: (command, file) => isRunnable(command, dirname(absolute(file, io)), io.env['PATH'] ?? ''),
  };
}

function isCured(finding: PlacedFinding, repairs: readonly Repair[]): boolean {
  return finding.repair !== undefined && repairs.some(({ file }) => file === finding.file);
}

function dataOf(report: Parameters<typeof printDoctor>[0], exitCode: Exit): DoctorOutput {
  const { files, findings, repairs, fixed } = report;
  return {
    apiVersion: 'causeway.dev/v1alpha1',
    kind: 'KubeconfigDoctorAnswer',
    files: [...files],
    findings: findings.map((finding) => {
      const { id, severity, text, advice, file, line, column, contexts } = finding;
      const repairable = isCured(finding, repairs);
      return {
        ...{ id, severity, text, advice, file },
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        contexts: [...contexts],
        repairable,
        repaired: repairable && fixed,
      };
    }),
    exitCode,
  };
}
