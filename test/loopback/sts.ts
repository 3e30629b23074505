import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { parseArn } from '../../src/rules/arn/index.ts';
import { makeCa, type TestCa } from './certificates.ts';
import { type Refusal, refuse, type Signed, verify } from './sts-verify.ts';

/** Somebody whose signature is known. */
export interface StsCaller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** `arn:aws:iam::111111111111:user/alice`, or a session. */
  readonly arn: string;
  readonly userId: string;
  /** Afterwards its token has expired. */
  readonly expires?: Date;
}

/** A role that can be assumed, and what its trust policy asks for. */
export interface StsRole {
  readonly arn: string;
  /** ARNs of callers; a session is compared as it is. Absent: everybody. */
  readonly trusts?: readonly string[];
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Six digits that the MFA device shows. */
  readonly mfaCode?: string;
  readonly longestSeconds?: number;
}

/** A call as it came in, after its signature was found right (or not asked for). */
export interface StsCall {
  readonly action: string;
  /** Who signed it; empty for a web identity. */
  readonly caller: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Signed in the query. */
  readonly presigned: boolean;
  readonly headers: IncomingMessage['headers'];
}

/** What to do with a call instead of answering it. */
export type Mishap =
  | Refusal
  /** Answers as usual, later. */
  | { readonly delay: number }
  /** Never answers. */
  | 'hang'
  /** Cuts the connection. */
  | 'cut'
  /** Something that is not STS. */
  | { readonly raw: string; readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** The world that the double knows. */
export interface StsWorld {
  readonly callers: readonly StsCaller[];
  readonly roles?: readonly StsRole[];
  /** Token of an OIDC provider → its subject. */
  readonly webIdentities?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
  /** Asked for each call; a mishap is what happens to it. */
  readonly mishap?: (call: StsCall) => Mishap | undefined;
  /** Answer on https with a certificate for these names (127.0.0.1 and localhost always). */
  readonly tls?: readonly string[];
}

/** STS on the loopback. */
export interface StsDouble {
  readonly url: string;
  readonly port: number;
  /** The CA of its certificate, PEM; absent on http. */
  readonly ca?: string;
  /** Calls whose signature was right, in order. */
  readonly calls: readonly StsCall[];
  /** Requests that were refused before they were understood. */
  readonly refused: readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * A double of STS that recomputes every signature, knows the callers and roles of a small table, and counts the calls.
 * GetCallerIdentity is answered header-signed and presigned, in XML or (`Accept: application/json`) in JSON.
 */
export async function startSts(world: StsWorld): Promise<StsDouble> {
  const calls: StsCall[] = [];
  const refused: string[] = [];
  const callers = new Map(world.callers.map((caller) => [caller.accessKeyId, caller]));
  const now = world.now ?? (() => new Date());
  const ca: TestCa | undefined = world.tls === undefined ? undefined : await makeCa();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const signed = verify(request, Buffer.concat(chunks).toString(), callers, now());
    if ('code' in signed) {
      refused.push(signed.code);
      return send(request, response, signed.status, refuse(signed));
    }
    const call: StsCall = { ...signed, caller: signed.caller?.arn ?? '', headers: request.headers };
    calls.push(call);
    const mishap = world.mishap?.(call);
    if (mishap === 'hang') return;
    if (mishap === 'cut') return void request.socket.destroy();
    if (mishap !== undefined && 'raw' in mishap) return void response.writeHead(mishap.status, mishap.headers).end(mishap.raw);
    if (mishap !== undefined && 'code' in mishap) return send(request, response, mishap.status, refuse(mishap));
    if (mishap !== undefined) await new Promise((resolve) => setTimeout(resolve, mishap.delay));
    const result = act(signed, world, callers, now());
    if (!('fields' in result)) return send(request, response, result.status, refuse(result));
    send(request, response, 200, {
      [`${signed.action}Response`]: {
        [`${signed.action}Result`]: result.fields,
        ResponseMetadata: { RequestId: '00000000-0000-0000-0000-000000000000' },
      },
    });
  };
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy());
  };
  const server: Server =
    ca === undefined
      ? createServer(listen)
      : createTlsServer(await ca.issue('127.0.0.1', 'localhost', ...(world.tls ?? [])), listen);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    ...(ca === undefined ? {} : { ca: ca.cert }),
    calls,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

type Fields = { readonly [key: string]: string | Fields };

function act(signed: Signed, world: StsWorld, callers: Map<string, StsCaller>, at: Date): { readonly fields: Fields } | Refusal {
  const { action, caller, parameters } = signed;
  if (action === 'GetCallerIdentity' && caller !== undefined)
    return { fields: { Arn: caller.arn, UserId: caller.userId, Account: parseArn(caller.arn)?.account ?? '' } };
  const role = (world.roles ?? []).find(({ arn }) => arn === parameters['RoleArn']);
  if (action === 'AssumeRole' && caller !== undefined) {
    const denied = {
      status: 403,
      code: 'AccessDenied',
      message: `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${parameters['RoleArn']}`,
    };
    return role === undefined || !trusted(role, caller, parameters) ? denied : session(role, parameters, callers, at);
  }
  if (action === 'AssumeRoleWithWebIdentity') {
    const subject = world.webIdentities?.[parameters['WebIdentityToken'] ?? ''];
    if (subject === undefined)
      return { status: 400, code: 'InvalidIdentityToken', message: 'No OpenIDConnect provider found in your account' };
    return role === undefined
      ? { status: 403, code: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' }
      : session(role, parameters, callers, at);
  }
  return { status: 400, code: 'InvalidAction', message: `Could not find operation ${action} for version 2011-06-15` };
}

function trusted(role: StsRole, caller: StsCaller, parameters: Readonly<Record<string, string>>): boolean {
  const given = new Map<string, string>();
  for (let i = 1; parameters[`Tags.member.${i}.Key`] !== undefined; i++)
    given.set(parameters[`Tags.member.${i}.Key`] ?? '', parameters[`Tags.member.${i}.Value`] ?? '');
  return (
    (role.trusts === undefined || role.trusts.includes(caller.arn)) &&
    (role.externalId === undefined || role.externalId === parameters['ExternalId']) &&
    (role.sourceIdentity === undefined || role.sourceIdentity === parameters['SourceIdentity']) &&
    (role.mfaCode === undefined || (parameters['SerialNumber'] !== undefined && role.mfaCode === parameters['TokenCode'])) &&
    Object.entries(role.tags ?? {}).every(([key, value]) => given.get(key) === value)
  );
}

function session(
  role: StsRole,
  parameters: Readonly<Record<string, string>>,
  callers: Map<string, StsCaller>,
  at: Date,
): { readonly fields: Fields } | Refusal {
  const seconds = Number(parameters['DurationSeconds'] ?? 3600);
  if (seconds > (role.longestSeconds ?? 3600)) {
    return {
      status: 400,
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    };
  }
  const arn = parseArn(role.arn);
  const name = parameters['RoleSessionName'] ?? '';
  const number = String(callers.size).padStart(12, '0');
  const accessKeyId = `ASIA${number}TEST`;
  const roleName = arn?.resource.split('/').at(-1) ?? '';
  const made = {
    accessKeyId,
    secretAccessKey: `secret+of/${accessKeyId}`,
    sessionToken: `token/of+${accessKeyId}==`,
    arn: `arn:${arn?.partition}:sts::${arn?.account}:assumed-role/${roleName}/${name}`,
    userId: `AROA${roleName.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}:${name}`,
    expires: new Date(Math.floor(at.getTime() / 1000 + seconds) * 1000),
  };
  callers.set(accessKeyId, made);
  const fields = {
    AssumedRoleUser: { AssumedRoleId: made.userId, Arn: made.arn },
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: made.secretAccessKey,
      SessionToken: made.sessionToken,
      Expiration: made.expires.toISOString().replace('.000', ''),
    },
  };
  return { fields };
}

function send(request: IncomingMessage, response: ServerResponse, status: number, fields: Fields): void {
  const json = (request.headers.accept ?? '').includes('application/json');
  response.writeHead(status, { 'content-type': json ? 'application/json' : 'text/xml' });
  // The JSON form of an error has no ErrorResponse around it (facts/eks.md §1.3).
  const inner = fields['ErrorResponse'];
  response.end(json ? JSON.stringify(inner ?? fields) : xml(fields));
}

function xml(fields: Fields, depth = 0): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      const space = depth === 0 ? ' xmlns="https://sts.amazonaws.com/doc/2011-06-15/"' : '';
      const text = typeof value === 'string' ? value.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : xml(value, depth + 1);
      return `<${name}${space}>${text}</${name}>`;
    })
    .join('');
}
