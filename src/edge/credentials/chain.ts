import { canonicalArn, stripPath } from '../../rules/arn/index.ts';
import type { Credentials } from '../../rules/token/index.ts';
import type { Cache } from './cache.ts';
import { readOwner, readSession } from './entry.ts';
import { failed, isPassing } from './error.ts';
import { ownerKey, sessionKey } from './key.ts';
import { withLock } from './lock.ts';
import type { Plan, PlannedHop, Source } from './plan.ts';
import { runProcess } from './process.ts';
import { asSessionName, sessionNameOf, sessionNameOfToken } from './session-name.ts';
import type { Connection } from './settings.ts';
import { assumeRole, assumeRoleWithWebIdentity, getCallerIdentity, type StsCall } from './sts.ts';
import type { Hop, SdkCredentials, SdkNeed, Surroundings } from './types.ts';

/** What is held after a part of the chain. */
export interface Held {
  readonly credentials: Credentials;
  readonly expires?: Date;
  /** The ARN, once STS has told it. */
  readonly arn?: string;
  readonly hops: readonly Hop[];
}

/** A chain that is being walked. */
export interface Walk {
  readonly plan: Plan;
  readonly connection: Connection;
  readonly around: Surroundings;
  readonly cache: Cache | undefined;
}

/** A session is renewed so long before it ends, in milliseconds. */
const EARLY = 5 * 60_000;

/** What is left of a session that is still used when it cannot be renewed for the moment. */
const LAST = 60_000;

/**
 * The credentials after the first `count` hops: kept ones while they are fresh, else those of the hop before and one call
 * more. Each part of a chain is kept by itself, so that two chains share what they have in common.
 */
export async function hold(walk: Walk, count: number): Promise<Held> {
  const { plan, cache, connection, around } = walk;
  const make = (): Promise<Held> => (count === 0 ? start(plan.source, walk) : takeHop(walk, count));
  if (cache === undefined || (count === 0 && !isKept(plan.source))) return make();
  const key = sessionKey(plan, count, connection, around.env);
  const kept = (life: number): Held | undefined => {
    const entry = readSession(cache.read(key));
    if (entry === undefined || entry.expires.getTime() - around.now().getTime() <= life) return undefined;
    const { arn, ...rest } = entry;
    // Who wants a role is of this plan: whoever had it kept may have wanted it by another name.
    const wishes = [plan.source.where, ...plan.hops.slice(0, count).map(({ by }) => by)].slice(-entry.hops.length);
    const hops = entry.hops.map((hop, index): Hop => ({ ...hop, by: wishes[index] ?? hop.by, how: 'cached' }));
    return { ...rest, ...(arn === undefined ? {} : { arn }), hops };
  };
  const fresh = kept(EARLY);
  if (fresh !== undefined) return fresh;
  try {
    return await withLock(
      cache.lockPath(key),
      () => kept(EARLY),
      async () => {
        const made = await make();
        const already = count > 0 && made.hops.at(-1)?.how === 'already';
        if (!already && made.expires !== undefined) cache.write(key, made);
        return made;
      },
    );
  } catch (error) {
    const old = isPassing(error) ? kept(LAST) : undefined;
    if (old === undefined) throw error;
    return old;
  }
}

/** Sources that cost a call and whose answer says how long it lives; a process keeps its own. */
function isKept(source: Source): boolean {
  return source.kind === 'web-identity' || (source.kind === 'sdk' && source.need.kind === 'sso');
}

async function takeHop(walk: Walk, count: number): Promise<Held> {
  const { plan, around, connection } = walk;
  const hop = plan.hops[count - 1] as PlannedHop;
  const before = await hold(walk, count - 1);
  const what = `hop ${count} of ${plan.hops.length}, ${hop.by} ${hop.arn}`;
  const call: StsCall = { connection, now: around.now, what };
  // A user's keys (AKIA…) are no session of a role, so only the session name may need to know whose they are.
  const matters = hop.sessionName === undefined || before.credentials.sessionToken !== undefined;
  const arn = before.arn ?? (matters ? await ownerOf(before.credentials, call, walk) : undefined);
  if (arn !== undefined && isAlready(hop, arn)) {
    return { ...before, arn, hops: [...before.hops, { role: hop.arn, by: hop.by, how: 'already', session: arn }] };
  }
  const sessionName = hop.sessionName ?? (arn === undefined ? 'causeway' : sessionNameOf(arn));
  const tokenCode = hop.mfaSerial === undefined ? undefined : await askCode(hop.mfaSerial, what, around);
  const asked = { ...hop, sessionName, ...(tokenCode === undefined ? {} : { tokenCode }) };
  const session = await assumeRole(asked, before.credentials, call);
  return { ...session, hops: [...before.hops, { role: hop.arn, by: hop.by, how: 'assumed', session: session.arn }] };
}

/** Whose credentials these are. It never changes, so one answer serves for as long as it is kept. */
async function ownerOf(credentials: Credentials, call: StsCall, { cache, connection }: Walk): Promise<string> {
  const key = ownerKey(credentials.accessKeyId, credentials.sessionToken, connection);
  const known = readOwner(cache?.read(key));
  if (known !== undefined) return known;
  const { arn } = await getCallerIdentity(credentials, call);
  cache?.write(key, { owner: arn });
  return arn;
}

/** Whether the caller is a session of the role already and the hop would add nothing to it. STS names a role without its path. */
function isAlready(hop: PlannedHop, callerArn: string): boolean {
  const caller = canonicalArn(callerArn);
  if ('error' in caller || caller.arn !== stripPath(hop.arn)) return false;
  const { sourceIdentity, tags = [], durationSeconds, mfaSerial, sessionName } = hop;
  if (sourceIdentity !== undefined || tags.length > 0 || durationSeconds !== undefined || mfaSerial !== undefined) return false;
  return sessionName === undefined || callerArn.endsWith(`/${sessionName}`);
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

async function start(source: Source, { connection, around }: Walk): Promise<Held> {
  switch (source.kind) {
    case 'keys':
      return { credentials: source.credentials, hops: [] };
    case 'process':
      return startOf(await runProcess(source.command, source.where, around));
    case 'web-identity': {
      const { token, role, where } = source;
      const sessionName = source.sessionName === undefined ? sessionNameOfToken(token) : asSessionName(source.sessionName);
      const call = { connection, now: around.now, what: `${where}, ${role}` };
      const session = await assumeRoleWithWebIdentity({ role, sessionName, token }, call);
      return { ...session, hops: [{ role, by: where, how: 'assumed', session: session.arn }] };
    }
    case 'sdk':
      return startOf(await askSdk(source.need, source.where, around));
  }
}

async function askSdk(need: SdkNeed, where: string, { sdk, env }: Surroundings): Promise<SdkCredentials> {
  const isOff = need.kind === 'instance' && env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true';
  const answer = isOff || sdk === undefined ? { failure: 'it is not asked' } : await sdk(need);
  if ('credentials' in answer) return answer.credentials;
  if (need.kind === 'instance') {
    throw failed(
      'there are no credentials: none in the environment, in the profile or of a container, and this is no EC2 instance with a role',
      'aws configure, aws sso login --profile P, AWS_PROFILE=P or --profile P',
    );
  }
  const hint =
    need.kind === 'container'
      ? "the container's credentials endpoint is in its environment"
      : `aws sso login --profile ${need.profile}`;
  throw failed(`${where} gives no credentials: ${answer.failure}`, hint);
}

function startOf({ expiration, ...credentials }: Credentials & { readonly expiration?: Date }): Held {
  return { credentials, ...(expiration === undefined ? {} : { expires: expiration }), hops: [] };
}
