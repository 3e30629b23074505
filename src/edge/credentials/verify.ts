import { CLUSTER_HEADER, readToken, stsEndpoint } from '../../rules/token/index.ts';
import { wrong } from './error.ts';
import { explain } from './explain.ts';
import { type Connection, connectionOf, profileName, proxyFor } from './settings.ts';
import { readSharedFiles } from './shared-files.ts';
import { element, notSts } from './sts.ts';
import { send } from './transport.ts';
import type { CallerIdentity, Surroundings } from './types.ts';

/**
 * Sends a token to STS as a cluster does, and gives whom STS takes its holder for, or why it does not know it.
 *
 * A token is a request to whatever host stands in it, so only the hosts of STS are asked, and the endpoint that the
 * environment or the profile configures.
 */
export async function verifyToken(
  token: string,
  cluster: string,
  around: Surroundings,
): Promise<CallerIdentity | { readonly refusal: string; readonly hints: readonly string[] }> {
  const read = readToken(token);
  if ('error' in read) throw wrong(`this is no EKS token: ${read.error}`, 'a token starts with k8s-aws-v1.');
  const name = profileName(undefined, around.env);
  const configured = connectionOf(read.region, name, readSharedFiles(around), around);
  const origin = `${read.scheme}://${read.host}`;
  if (new URL(configured.endpoint.url).origin !== origin && !isSts(origin, read.region))
    throw wrong(`the token asks ${origin}, which is no endpoint of STS in ${read.region}`, 'it is not sent there');
  const proxy = proxyFor(origin, around.env);
  const { caBundle } = configured;
  const connection: Connection = {
    region: read.region,
    endpoint: { url: origin, signingRegion: read.region },
    ...(caBundle === undefined ? {} : { caBundle }),
    ...(proxy === undefined ? {} : { proxy }),
  };
  const what = 'the token';
  const at = around.now();
  const answer = await send({ method: 'GET', url: read.url, headers: { [CLUSTER_HEADER]: cluster }, body: '' }, connection, what);
  if (answer.status !== 200) {
    const code = element(answer.body, 'Code');
    if (code === undefined) throw notSts({ what, connection, now: around.now }, answer.status);
    const message = (element(answer.body, 'Message') ?? '').split(/\n|The Canonical String/)[0] ?? '';
    const date = answer.date === undefined ? {} : { date: answer.date };
    const { sentence, hints } = explain({ code, message: message.trim(), action: 'GetCallerIdentity', at, ...date });
    return { refusal: sentence, hints };
  }
  const [arn, account, userId] = ['Arn', 'Account', 'UserId'].map((field) => element(answer.body, field));
  if (!arn || !account || !userId) throw notSts({ what, connection, now: around.now });
  return { arn, account, userId };
}

function isSts(origin: string, region: string): boolean {
  if (origin === 'https://sts.amazonaws.com') return true;
  return [false, true].some((fips) =>
    [false, true].some((dualStack) => {
      const endpoint = stsEndpoint(region, { fips, dualStack });
      return 'url' in endpoint && endpoint.url === origin;
    }),
  );
}
