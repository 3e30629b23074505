import { readFileSync } from 'node:fs';
import { canonicalArn, stripPath } from '../../rules/arn/index.ts';
import type { Credentials } from '../../rules/token/index.ts';
import { codeOf, failed, wrong } from './error.ts';
import { type Plan, type PlannedHop, planChain, type Source } from './plan.ts';
import { runProcess } from './process.ts';
import { asSessionName, sessionNameOf, sessionNameOfToken } from './session-name.ts';
import { type Connection, connectionOf, profileName } from './settings.ts';
import { readSharedFiles } from './shared-files.ts';
import { assumeRole, assumeRoleWithWebIdentity, getCallerIdentity, type StsCall } from './sts.ts';
import type { CallerIdentity, CredentialsRequest, Hop, Resolved, Surroundings } from './types.ts';

/**
 * Credentials for a request: those that the environment or the profile names, then each role in order.
 *
 * @throws CredentialsError (kind `usage` for flags and files, `failed` for what AWS or the network refuse), which names
 * the hop that failed and what to do
 */
export async function resolveCredentials(request: CredentialsRequest, around: Surroundings): Promise<Resolved> {
  const files = readSharedFiles(around);
  const name = profileName(request.profile, around.env);
  const connection = connectionOf(request.region, name, files, around);
  const plan = planChain(request, files, around);
  const chain = await walk(plan, connection, around);
  return {
    credentials: chain.credentials,
    ...(chain.expires === undefined ? {} : { expires: chain.expires }),
    region: connection.region,
    source: plan.source.where,
    ...(request.profile === undefined && plan.source.where.startsWith('the environment') ? {} : { profile: name }),
    hops: chain.hops,
  };
}

/** Who STS says the holder of these credentials is. */
export async function callerIdentity(
  resolved: Pick<Resolved, 'credentials' | 'region' | 'profile' | 'source'>,
  around: Surroundings,
): Promise<CallerIdentity> {
  const files = readSharedFiles(around);
  const connection = connectionOf(resolved.region, profileName(resolved.profile, around.env), files, around);
  return getCallerIdentity(resolved.credentials, { connection, now: around.now, what: resolved.source });
}

/** What is held after a part of the chain. */
interface Held {
  readonly credentials: Credentials;
  readonly expires?: Date;
  /** The ARN, once STS has told it. */
  readonly arn?: string;
  readonly hops: readonly Hop[];
}

async function walk({ source, hops }: Plan, connection: Connection, around: Surroundings): Promise<Held> {
  let held = await start(source, connection, around);
  for (const [index, hop] of hops.entries()) {
    held = await takeHop(hop, `hop ${index + 1} of ${hops.length}, ${hop.by} ${hop.arn}`, held, connection, around);
  }
  return held;
}

async function takeHop(hop: PlannedHop, what: string, held: Held, connection: Connection, around: Surroundings): Promise<Held> {
  const call: StsCall = { connection, now: around.now, what };
  let arn = held.arn;
  // A user's keys (AKIA…) are no session of a role, so only the session name may need to know whose they are.
  if (arn === undefined && (hop.sessionName === undefined || held.credentials.sessionToken !== undefined))
    arn = (await getCallerIdentity(held.credentials, call)).arn;
  if (arn !== undefined && isAlready(hop, arn)) {
    return { ...held, arn, hops: [...held.hops, { role: hop.arn, by: hop.by, how: 'already', session: arn }] };
  }
  const sessionName = hop.sessionName ?? (arn === undefined ? 'causeway' : sessionNameOf(arn));
  const tokenCode = hop.mfaSerial === undefined ? undefined : await askCode(hop.mfaSerial, what, around);
  const session = await assumeRole(
    { ...hop, sessionName, ...(tokenCode === undefined ? {} : { tokenCode }) },
    held.credentials,
    call,
  );
  return {
    credentials: session.credentials,
    expires: session.expires,
    arn: session.arn,
    hops: [...held.hops, { role: hop.arn, by: hop.by, how: 'assumed', session: session.arn }],
  };
}

/** Whether the caller is a session of the role already and the hop would add nothing to it. STS names a role without its path. */
function isAlready(hop: PlannedHop, callerArn: string): boolean {
  const caller = canonicalArn(callerArn);
  if ('error' in caller || caller.arn !== stripPath(hop.arn)) return false;
  const asksForMore =
    hop.sourceIdentity !== undefined ||
    (hop.tags ?? []).length > 0 ||
    hop.durationSeconds !== undefined ||
    hop.mfaSerial !== undefined;
  return !asksForMore && (hop.sessionName === undefined || callerArn.endsWith(`/${hop.sessionName}`));
}

async function askCode(serial: string, what: string, around: Surroundings): Promise<string> {
  const code = (await around.ask?.(`MFA code of ${serial}: `))?.trim();
  if (code === undefined) {
    throw failed(
      `${what}: it needs an MFA code, and there is no terminal to ask on`,
      'run the same causeway token command once in a terminal; the session is then kept until it expires',
    );
  }
  if (!/^\d{6}$/.test(code)) throw failed(`${what}: an MFA code is six digits`);
  return code;
}

async function start(source: Source, connection: Connection, around: Surroundings): Promise<Held> {
  switch (source.kind) {
    case 'keys':
      return { credentials: source.credentials, hops: [] };
    case 'process':
      return held(await runProcess(source.command, source.where, around));
    case 'web-identity': {
      const token = readToken(source.tokenFile, source.where);
      const sessionName = source.sessionName === undefined ? sessionNameOfToken(token) : asSessionName(source.sessionName);
      const call = { connection, now: around.now, what: `${source.where}, ${source.role}` };
      const session = await assumeRoleWithWebIdentity({ role: source.role, sessionName, token }, call);
      const hop: Hop = { role: source.role, by: source.where, how: 'assumed', session: session.arn };
      return { credentials: session.credentials, expires: session.expires, arn: session.arn, hops: [hop] };
    }
    case 'sdk': {
      if (around.sdk === undefined) throw failed(`${source.where}: this build cannot read such credentials`);
      return held(await around.sdk(source.need));
    }
  }
}

function held({ expiration, ...credentials }: Credentials & { readonly expiration?: Date }): Held {
  return { credentials, ...(expiration === undefined ? {} : { expires: expiration }), hops: [] };
}

function readToken(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw wrong(`${where}: the token file ${file} cannot be read (${codeOf(error) ?? 'unknown error'})`);
  }
}
