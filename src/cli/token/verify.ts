import { escapeForTerminal } from '../../base/index.ts';
import { verifyToken } from '../../edge/credentials/index.ts';
import { canonicalArn } from '../../rules/arn/index.ts';
import type { Io } from '../context.ts';
import type { CredentialFlags } from '../credential-flags.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { surroundings } from '../surroundings.ts';
import { givenToken, wantsJson } from './given.ts';

/** `causeway token verify`: asks STS whom a cluster would take the holder of a token for. */
export async function verify(words: readonly string[], flags: CredentialFlags, io: Io): Promise<Exit> {
  const json = wantsJson(flags);
  const { cluster } = flags;
  if (cluster === undefined) throw usage('--cluster is needed', 'a token is bound to one cluster, and STS is asked in its name');
  const found = await verifyToken(await givenToken(words, flags, io), cluster.name, surroundings(io));
  if ('refusal' in found) {
    io.stdout.write(json ? `${JSON.stringify({ known: false, ...found }, null, 2)}\n` : refusal(found, cluster.name));
    return EXIT.no;
  }
  const canonical = canonicalArn(found.arn);
  const principal = 'arn' in canonical ? canonical.arn : undefined;
  const rows: readonly (readonly [string, string])[] = [
    ['caller', found.arn],
    ['account', found.account],
    ['user id', found.userId],
    ...(principal === undefined
      ? []
      : ([['compared', `${principal} (what access entries and aws-auth are compared with)`]] as const)),
  ];
  io.stdout.write(
    json
      ? `${JSON.stringify({ known: true, ...found, ...(principal === undefined ? {} : { principal }) }, null, 2)}\n`
      : `${rows.map(([name, value]) => `${name.padEnd(9)}${escapeForTerminal(value)}`).join('\n')}\n`,
  );
  return EXIT.yes;
}

function refusal(
  { refusal: words, hints }: { readonly refusal: string; readonly hints: readonly string[] },
  cluster: string,
): string {
  const lines = [`refused  ${escapeForTerminal(words)}`, ...hints.map((hint) => `hint     ${escapeForTerminal(hint)}`)];
  const name = escapeForTerminal(cluster);
  return `${[...lines, `hint     a token of another cluster is refused in the same way: was it made for ${name}?`].join('\n')}\n`;
}
