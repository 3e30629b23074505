import { cleanCache, isCredentialsError } from '../../edge/credentials/index.ts';
import type { Io } from '../context.ts';
import { type CredentialFlags, readCredentialFlags } from '../credential-flags.ts';
import { describeError } from '../error.ts';
import { CliError, EXIT, type Exit, usage } from '../exit.ts';
import { surroundings } from '../surroundings.ts';
import { apiVersionFor, execCredential } from './exec-credential.ts';
import { tokenOf } from './given.ts';
import { HELP } from './help.ts';
import { inspect } from './inspect.ts';
import { verify } from './verify.ts';

const OWN = {
  '--output': 'value',
  '-o': 'value',
  '--token-only': 'switch',
  '--no-cache': 'switch',
  '--clean': 'switch',
  '--help': 'switch',
  '-h': 'switch',
} as const;

/**
 * `causeway token`: a token for kubectl, what stands in one (`inspect`), whom STS takes it for (`verify`). It reads its
 * words itself, so that nothing is loaded between kubectl and its token.
 *
 * @param words the command line after `token`
 */
export async function tokenCommand(words: readonly string[], io: Io): Promise<Exit> {
  try {
    return await run(words, io);
  } catch (thrown) {
    const error = isCredentialsError(thrown)
      ? new CliError(thrown.kind === 'usage' ? EXIT.usage : EXIT.failed, thrown.message, thrown.hints)
      : thrown;
    io.stderr.write(describeError(error, io.env));
    return error instanceof CliError ? error.exit : EXIT.failed;
  }
}

async function run(words: readonly string[], io: Io): Promise<Exit> {
  const flags = readCredentialFlags(words, OWN);
  if ('error' in flags) throw usage(flags.error, ...(flags.hint === undefined ? [] : [flags.hint]));
  const { own } = flags;
  if (own['--help'] || own['-h']) {
    io.stdout.write(HELP);
    return EXIT.yes;
  }
  if (own['--clean']) return clean(io);
  const [verb, ...rest] = flags.words;
  if (verb === 'inspect') return inspect(rest, flags, io);
  if (verb === 'verify') return verify(rest, flags, io);
  // The words of `aws eks get-token`, which a kubeconfig has among its arguments.
  if (verb !== undefined && !(verb === 'eks' && rest[0] === 'get-token' && rest.length === 1))
    throw usage(`token has no "${verb}"`, 'it has inspect and verify; the cluster is named with --cluster');
  return print(flags, io);
}

async function print(flags: CredentialFlags, io: Io): Promise<Exit> {
  const format = flags.own['-o'] ?? flags.own['--output'];
  if (format !== undefined && format !== 'json')
    throw usage(`--output ${String(format)}: an ExecCredential is JSON`, '--token-only prints the token alone');
  const { token, expires } = await tokenOf(flags, io);
  const { apiVersion, remark } = apiVersionFor(io.env['KUBERNETES_EXEC_INFO']);
  const around = surroundings(io);
  if (remark !== undefined) around.note(remark);
  io.stdout.write(`${flags.own['--token-only'] ? token : execCredential(apiVersion, token, expires)}\n`);
  return EXIT.yes;
}

function clean(io: Io): Exit {
  const count = cleanCache(io);
  io.stdout.write(
    `${count === 0 ? 'nothing was kept' : `removed what was kept: ${count} ${count === 1 ? 'entry' : 'entries'}`}\n`,
  );
  return EXIT.yes;
}
