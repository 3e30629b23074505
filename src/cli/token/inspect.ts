import { escapeForTerminal } from '../../base/index.ts';
import { type ReadToken, readToken } from '../../rules/token/index.ts';
import type { Io } from '../context.ts';
import type { CredentialFlags } from '../credential-flags.ts';
import { EXIT, type Exit, usage } from '../exit.ts';
import { givenToken, wantsJson } from './given.ts';

/** `causeway token inspect`: what stands in a token; offline, and without its signature and its session token. */
export async function inspect(words: readonly string[], flags: CredentialFlags, io: Io): Promise<Exit> {
  const json = wantsJson(flags);
  const read = readToken(await givenToken(words, flags, io));
  if ('error' in read) throw usage(`this is no EKS token: ${read.error}`, 'a token starts with k8s-aws-v1.');
  const faults = faultsOf(read, io.now());
  io.stdout.write(json ? `${JSON.stringify({ ...data(read), faults }, null, 2)}\n` : text(read, faults, io.now()));
  return faults.length === 0 ? EXIT.yes : EXIT.no;
}

/** Why a cluster would refuse it, as far as that stands in it (facts/eks.md §1.3). */
function faultsOf(token: ReadToken, now: Date): readonly string[] {
  const faults: string[] = [];
  if (!token.bound)
    faults.push('the header x-k8s-aws-id is not signed: the token is bound to no cluster, and every cluster refuses it');
  if (token.diesAt < now) faults.push(`it died at ${token.diesAt.toISOString()}`);
  if (token.signedAt.getTime() - now.getTime() > 5 * 60_000)
    faults.push('it was signed in the future: the clock of its maker, or of this machine, is wrong');
  if (token.scheme !== 'https') faults.push(`its URL is ${token.scheme}://, and a cluster takes https:// alone`);
  if (token.action !== 'GetCallerIdentity') faults.push(`it asks for ${token.action || 'nothing'} and not for GetCallerIdentity`);
  if (token.service !== 'sts') faults.push(`it was signed for ${token.service || 'no service'} and not for sts`);
  if (token.expiresSeconds === undefined || token.expiresSeconds > 900)
    faults.push('its X-Amz-Expires is not between 0 and 900 seconds');
  return faults;
}

function data({ url: _, bound, ...token }: ReadToken) {
  return { ...token, clusterHeaderSigned: bound };
}

function text(token: ReadToken, faults: readonly string[], now: Date): string {
  const minutes = Math.round((token.diesAt.getTime() - now.getTime()) / 60_000);
  const left = minutes < 0 ? 'dead' : `${minutes} min left`;
  const rows: readonly (readonly [string, string])[] = [
    ['key', `${token.accessKeyId} (${token.temporary ? 'temporary credentials' : 'long-lived keys'})`],
    ['signed', `${token.signedAt.toISOString()} for ${token.service} in ${token.region}`],
    ['dies', `${token.diesAt.toISOString()} (${left})`],
    ['asks', `${token.scheme}://${token.host} for ${token.action}`],
    ['headers', token.signedHeaders.join(', ')],
    ['cluster', token.bound ? 'bound to one; its name is only in the signature: token verify --cluster C' : 'bound to none'],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(9)}${escapeForTerminal(value)}`);
  return `${[...lines, ...faults.map((fault) => `fault    ${escapeForTerminal(fault)}`)].join('\n')}\n`;
}
