import { type Credentials, stsPost } from '../../rules/token/index.ts';
import { failed, unavailable } from './error.ts';
import { explain } from './explain.ts';
import type { Connection } from './settings.ts';
import { type Answer, send } from './transport.ts';
import type { CallerIdentity, RoleHop } from './types.ts';

/** What AssumeRole gives. */
export interface Session {
  readonly credentials: Credentials;
  readonly expires: Date;
  /** `arn:aws:sts::111111111111:assumed-role/ci/alice` */
  readonly arn: string;
}

/** How a call of STS is made. */
export interface StsCall {
  readonly connection: Connection;
  readonly now: () => Date;
  /** The hop that the call is part of, for the error: `hop 2 of 2, --role arn:…`. */
  readonly what: string;
}

/** Asks STS who signs with these credentials; that needs no permission and cannot be denied (facts/eks.md §4.6). */
export async function getCallerIdentity(credentials: Credentials, call: StsCall): Promise<CallerIdentity> {
  const body = await ask({ Action: 'GetCallerIdentity' }, credentials, call);
  const [arn, account, userId] = ['Arn', 'Account', 'UserId'].map((name) => element(body, name));
  if (!arn || !account || !userId) throw notSts(call);
  return { arn, account, userId };
}

/** Assumes a role (facts/iam.md §4.2). */
export async function assumeRole(
  hop: RoleHop & { readonly sessionName: string; readonly tokenCode?: string },
  credentials: Credentials,
  call: StsCall,
): Promise<Session> {
  const tags = Object.fromEntries(
    (hop.tags ?? []).flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
  );
  const parameters = {
    Action: 'AssumeRole',
    RoleArn: hop.arn,
    RoleSessionName: hop.sessionName,
    ...(hop.durationSeconds === undefined ? {} : { DurationSeconds: String(hop.durationSeconds) }),
    ...(hop.externalId === undefined ? {} : { ExternalId: hop.externalId }),
    ...(hop.sourceIdentity === undefined ? {} : { SourceIdentity: hop.sourceIdentity }),
    ...(hop.mfaSerial === undefined ? {} : { SerialNumber: hop.mfaSerial }),
    ...(hop.tokenCode === undefined ? {} : { TokenCode: hop.tokenCode }),
    ...tags,
  };
  return readSession(await ask(parameters, credentials, call, hop.headers), call);
}

/** Assumes a role with the token of an OIDC provider; the request is not signed. */
export async function assumeRoleWithWebIdentity(
  hop: { readonly role: string; readonly sessionName: string; readonly token: string },
  call: StsCall,
): Promise<Session> {
  const parameters = {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: hop.role,
    RoleSessionName: hop.sessionName,
    WebIdentityToken: hop.token,
  };
  return readSession(await ask(parameters, undefined, call), call);
}

function readSession(body: string, call: StsCall): Session {
  const [accessKeyId, secretAccessKey, sessionToken, expiration, arn] = [
    ...['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration', 'Arn'],
  ].map((name) => element(body, name));
  const expires = new Date(expiration ?? '');
  if (!accessKeyId || !secretAccessKey || !sessionToken || !arn || Number.isNaN(expires.getTime())) throw notSts(call);
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, expires, arn };
}

/** Milliseconds before a call that was throttled, or that met a fault of the service, is made again. */
const PAUSES = [200, 800];

async function ask(
  parameters: Readonly<Record<string, string>>,
  credentials: Credentials | undefined,
  call: StsCall,
  headers?: Readonly<Record<string, string>>,
): Promise<string> {
  for (let tried = 0; ; tried++) {
    const at = call.now();
    const post = stsPost(parameters, call.connection.endpoint, credentials, at, headers);
    const answer = await send(post, call.connection, call.what);
    if (answer.status === 200) return answer.body;
    const pause = PAUSES[tried];
    if (pause === undefined || !mayPass(answer)) {
      const secrets = [
        credentials?.sessionToken,
        credentials?.secretAccessKey,
        parameters['WebIdentityToken'],
        parameters['ExternalId'],
      ];
      throw refused(answer, at, parameters['Action'] ?? '', secrets, call);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function mayPass({ status, body }: Answer): boolean {
  return (
    status >= 500 || status === 429 || /Throttl|RequestLimitExceeded|IDPCommunicationError/.test(element(body, 'Code') ?? '')
  );
}

function refused(answer: Answer, at: Date, action: string, secrets: readonly (string | undefined)[], call: StsCall): Error {
  const code = element(answer.body, 'Code');
  if (code === undefined) return notSts(call, answer.status);
  const message = withoutSecrets(element(answer.body, 'Message') ?? '', secrets);
  const { sentence, hints } = explain({ code, message, action, at, ...(answer.date === undefined ? {} : { date: answer.date }) });
  return (mayPass(answer) ? unavailable : failed)(`${call.what}: ${sentence}`, ...hints);
}

/** A signature that does not match is answered with the text that should have been signed, session token and all. */
function withoutSecrets(message: string, secrets: readonly (string | undefined)[]): string {
  let text = (message.split(/\n|The Canonical String/)[0] ?? '').trim();
  for (const secret of secrets) if (secret) text = text.replaceAll(secret, '…');
  return text;
}

/** The error about something that answers in the place of STS. */
export function notSts({ what, connection }: StsCall, status?: number): Error {
  const with_ = status === undefined ? '' : ` (HTTP ${status})`;
  return failed(
    `${what}: what answers at ${connection.endpoint.url} is not STS${with_}`,
    'a proxy or a captive portal may stand between; AWS_ENDPOINT_URL and HTTPS_PROXY decide where STS is asked',
  );
}

/**
 * The text of the first element with a name. The few answers that are read here are flat and made by STS, so no XML parser
 * is loaded for them.
 */
export function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g,
    (whole, hex?: string, decimal?: string, named = '') => {
      if (hex === undefined && decimal === undefined) return NAMED[named] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
