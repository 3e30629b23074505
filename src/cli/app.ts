import { buildApplication, buildRouteMap, ExitCode, run, text_en } from '@stricli/core';
import packageJson from '../../package.json' with { type: 'json' };
import { didYouMean } from '../base/index.ts';
import { apply } from './commands/apply.ts';
import { authenticator } from './commands/authenticator.ts';
import { canI } from './commands/can-i.ts';
import { collect } from './commands/collect.ts';
import { diff } from './commands/diff.ts';
import { drift } from './commands/drift.ts';
import { evidence } from './commands/evidence.ts';
import { init } from './commands/init.ts';
import { kubeconfig } from './commands/kubeconfig.ts';
import { LAB_COMMANDS, lab } from './commands/lab.ts';
import { plan } from './commands/plan.ts';
import { restore } from './commands/restore.ts';
import { revoke } from './commands/revoke.ts';
import { simulate } from './commands/simulate.ts';
import { token } from './commands/token.ts';
import { whoami } from './commands/whoami.ts';
import type { Context, Io } from './context.ts';
import { describeError, labelled, messageOf } from './error.ts';
import { EXIT, type Exit } from './exit.ts';
import { separate, usageHints, usageMessage } from './usage-text.ts';

const root = buildRouteMap<
  | 'can-i'
  | 'whoami'
  | 'diff'
  | 'init'
  | 'plan'
  | 'apply'
  | 'revoke'
  | 'drift'
  | 'restore'
  | 'collect'
  | 'evidence'
  | 'kubeconfig'
  | 'simulate'
  | 'authenticator'
  | 'token'
  | 'lab',
  Context
>({
  routes: {
    'can-i': canI,
    whoami,
    diff,
    init,
    plan,
    apply,
    revoke,
    drift,
    restore,
    collect,
    evidence,
    kubeconfig,
    simulate,
    authenticator,
    token,
    lab,
  },
  docs: {
    brief: 'Says who can do what on an Amazon EKS cluster, and why',
    fullDescription: [
      'Says whether a person, a pipeline or a service, in whatever AWS account, may',
      'do a thing on an Amazon EKS cluster: through which hops, because of which',
      'statement, and what to change. can-i, diff, simulate, whoami --as read files and',
      'ask nobody; whoami, kubeconfig, collect and drift ask AWS and the cluster as',
      'you; apply, revoke and restore write, and ask before.',
      '',
      'Exit codes: 0 yes; 1 no; 2 wrong use; 3 cannot tell, or only under',
      'conditions; 4 could not be done. CAUSEWAY_DEBUG=1 shows where a fault of ours',
      'happened.',
    ].join('\n'),
  },
});

const application = buildApplication<Context>(root, {
  name: 'causeway',
  versionInfo: { currentVersion: packageJson.version },
  scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
  documentation: { caseStyle: 'convert-camel-to-kebab', disableAnsiColor: true, onlyRequiredInUsageLine: true },
  localization: {
    text: {
      ...text_en,
      exceptionWhileParsingArguments: (error) =>
        [labelled('error', usageMessage(error)), ...usageHints(error).map((hint) => labelled('hint', hint))].join('').trimEnd(),
      noCommandRegisteredForInput: ({ input, corrections }) =>
        `error: there is no command "${messageOf(input)}"${corrections.length === 0 ? '' : `, did you mean ${corrections.join(' or ')}?`}\nhint: causeway --help lists the commands`,
    },
  },
});

/**
 * Runs one command line and gives its exit code (docs of the codes: exit.ts). Never throws and never prints a stack
 * trace, unless CAUSEWAY_DEBUG is set.
 *
 * @param args the words after the program's name
 */
export async function runCli(args: readonly string[], io: Io): Promise<Exit> {
  if (args[0] === 'token') return (await import('./token/command.ts')).tokenCommand(args.slice(1), io);
  let exit: Exit | undefined;
  const finish = (code: Exit): void => {
    exit = code;
  };
  const process = {
    get stdout() {
      return io.stdout;
    },
    get stderr() {
      return io.stderr;
    },
    exitCode: null as number | string | null,
    env: io.env,
  };
  try {
    await run(application, separate(args), { process, io, finish, words: args });
  } catch (error) {
    io.stderr.write(describeError(error, io.env));
    return EXIT.failed;
  }
  // Several things may be wrong with a command line; the hint stands once below them.
  if (process.exitCode === ExitCode.InvalidArgument) io.stderr.write(usageHint(args));
  const code = exit ?? exitOf(process.exitCode);
  // Without this line `eval` would succeed, and the next command would go to the real AWS with the real credentials.
  if (code !== EXIT.yes && args[0] === 'lab' && args[1] === 'env') io.stdout.write('false # nothing was exported\n');
  return code;
}

/** `causeway lab` alone starts the lab, so a misspelt command of it looks like a word too many. */
function usageHint([command, word = '-']: readonly string[]): string {
  if (command !== 'lab' || word.startsWith('-')) return 'hint: --help shows what the command takes\n';
  if (LAB_COMMANDS.some((name) => name === word)) return `hint: causeway lab ${word} --help shows what it takes\n`;
  const near = didYouMean(word, LAB_COMMANDS);
  return labelled('hint', near[0] ?? `causeway lab has ${LAB_COMMANDS.join(', ')}; alone it starts the lab`);
}

/** The framework's own codes: whatever it could not parse or route is wrong use, whatever else it met is a fault. */
function exitOf(code: number | string | null | undefined): Exit {
  if (code === ExitCode.Success || code === null || code === undefined) return EXIT.yes;
  if (code === ExitCode.UnknownCommand || code === ExitCode.InvalidArgument) return EXIT.usage;
  return EXIT.failed;
}
