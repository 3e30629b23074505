import { makeToken } from '../../edge/credentials/index.ts';
import type { Io } from '../context.ts';
import type { CredentialFlags } from '../credential-flags.ts';
import { usage } from '../exit.ts';
import { surroundings } from '../surroundings.ts';

/** The token that the flags ask for. */
export async function tokenOf(flags: CredentialFlags, io: Io): ReturnType<typeof makeToken> {
  const { cluster, profile, region, roles } = flags;
  if (cluster === undefined) throw usage('--cluster is needed', '--cluster NAME, or the ARN of the cluster');
  const request = {
    roles,
    cache: flags.own['--no-cache'] === undefined,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  };
  return makeToken(cluster.name, request, surroundings(io));
}

/** The token that is meant: the word, what standard input holds, or one that the flags make. */
export async function givenToken(words: readonly string[], flags: CredentialFlags, io: Io): Promise<string> {
  const [word, ...more] = words;
  if (more.length > 0) throw usage('one token is expected', 'it is one word; quote what comes from a variable');
  if (word === undefined) return (await tokenOf(flags, io)).token;
  return (word === '-' ? fromText(await readAll(io)) : word).trim();
}

/** What kubectl gets from a plugin holds the token; so does a file with the token alone. */
function fromText(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  try {
    const token = (JSON.parse(text) as { readonly status?: { readonly token?: unknown } }).status?.token;
    if (typeof token === 'string') return token;
  } catch {
    // Said below.
  }
  throw usage('what stands on standard input is neither a token nor an ExecCredential with one');
}

const LARGEST = 1 << 20;

async function readAll(io: Io): Promise<string> {
  let text = '';
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    if (text.length > LARGEST) throw usage('what stands on standard input is far too long for a token');
  }
  return text;
}

/** Whether `-o json` was asked for. */
export function wantsJson({ own }: CredentialFlags): boolean {
  const format = own['-o'] ?? own['--output'] ?? 'text';
  if (format !== 'json' && format !== 'text') throw usage(`--output ${String(format)}: text or json`);
  return format === 'json';
}
