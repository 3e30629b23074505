import { decideAssume, type LiveAssume } from '../../../access/index.ts';
import { type Identity, readIdentity } from '../../../rules/arn/index.ts';
import { isChaining } from '../../../rules/sts/index.ts';
import { type Call, denied, deniedText, type Keys, liveCall, settle } from '../authorise.ts';
import type { RoleDoc } from '../state/documents.ts';
import { knowsList } from '../state/known.ts';
import { accountScope } from '../state/scope.ts';
import { Fault } from '../wire/fault.ts';
import { optional, optionalNumber, type Parameters, required } from '../wire/parameters.ts';
import { usesMfa, WITH_MFA } from './mfa.ts';
import { packedSize, readSessionPolicies, readTags } from './parameters.ts';
import type { SessionClaims } from './tokens.ts';

const NAME = '[\\w+=,.@-]*';

/** sts:AssumeRole (STS API reference; facts/iam.md §4.2 and §4.4). */
export function assumeRole(call: Call, parameters: Parameters): Readonly<Record<string, unknown>> {
  const roleArn = required(parameters, 'RoleArn', { least: 20, most: 2048 });
  const name = required(parameters, 'RoleSessionName', { least: 2, most: 64, pattern: NAME });
  const duration = optionalNumber(parameters, 'DurationSeconds', 900, 43_200);
  const externalId = optional(parameters, 'ExternalId', { least: 2, most: 1224, pattern: '[\\w+=,.@:\\/-]*' });
  const sourceIdentity = optional(parameters, 'SourceIdentity', { least: 2, most: 64, pattern: NAME });
  const { tags, transitive } = readTags(parameters);
  const policies = readSessionPolicies(parameters);
  const mfa = usesMfa(call, parameters);
  const identity = readRole(call, roleArn);
  const keys: Keys = {
    'sts:RoleSessionName': name,
    'sts:ExternalId': externalId,
    'sts:SourceIdentity': sourceIdentity,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': Object.keys(tags).length === 0 ? undefined : Object.keys(tags),
    ...(mfa ? WITH_MFA : {}),
    'sts:TransitiveTagKeys': transitive.length === 0 ? undefined : transitive,
  };
  const assumed = decideAssume(liveCall(call, keys), identity);
  if (call.caller.session.principal.kind === 'root') throw denied(call, 'Roles may not be assumed by root accounts.');
  const role = settled(call, assumed, identity);
  const { session } = assumed;
  const seconds = durationOf(call, role, duration);
  const inherited = call.caller.session.transitive;
  const claims: Omit<SessionClaims, 'accessKeyId'> = {
    principal: role.Arn,
    uniqueId: role.RoleId,
    name,
    tags: { ...Object.fromEntries([...inherited].map((key) => [key, session.tags.get(key) ?? ''])), ...tags },
    transitive: [...session.transitive],
    sourceIdentity: session.sourceIdentity ?? null,
    origin: 'assumed',
    ...lifetime(call, seconds),
    ...(policies.length === 0 ? {} : { policies }),
  };
  return {
    Credentials: call.lab.tokens.issue(claims),
    AssumedRoleUser: {
      AssumedRoleId: `${role.RoleId}:${name}`,
      Arn: session.principal.arn,
    },
    ...packedSize(policies, tags),
    ...(claims.sourceIdentity === null ? {} : { SourceIdentity: claims.sourceIdentity }),
  };
}

/** From now on, for so many seconds. */
export function lifetime({ lab }: Pick<Call, 'lab'>, seconds: number): { readonly issued: number; readonly expires: number } {
  const issued = Math.floor(lab.now().getTime() / 1000);
  return { issued, expires: issued + seconds };
}

/** An ARN that names no role is refused like a role that nobody may assume. */
function readRole(call: Call, arn: string): Identity {
  const identity = readIdentity(arn);
  if (!('error' in identity) && identity.kind === 'role') return identity;
  if (!arn.startsWith('arn:')) throw new Fault('ValidationError', 400, `${arn} is invalid`);
  throw denied(call, `User: ${call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`);
}

/** The role, when STS refuses nothing and IAM allows every part of the call. */
function settled(call: Call, { decisions, refusal }: LiveAssume, identity: Identity): RoleDoc {
  const [first, ...others] = decisions;
  const role = call.lab.store.get(accountScope(identity.account), 'role', identity.name.toLowerCase());
  const isUnknown = role === undefined && !knowsList(call.lab.store, identity.account, 'Role');
  if (isUnknown && first?.decision.decision === 'unknown') settle(call, first.action, identity.arn, first.decision);
  if (refusal !== undefined || role === undefined || role.Arn !== identity.arn) {
    const decision = { ...(first?.decision ?? NOTHING), decision: 'implicitDeny' as const, layer: 'api' as const };
    const why = refusal ?? `there is no role ${identity.arn} in the lab`;
    call.decisions.push({ action: 'sts:AssumeRole', resource: identity.arn, decision: 'implicitDeny', reason: why });
    throw denied(call, deniedText(call.caller, 'sts:AssumeRole', identity.arn, decision));
  }
  if (first !== undefined) settle(call, first.action, identity.arn, first.decision);
  for (const { action, decision } of others) settle(call, action, identity.arn, decision);
  return role;
}

const NOTHING = { ways: [], statements: [], reason: () => 'there is no such role' } as const;

/** Of a role out of an inventory the maximum may not be known: then it is taken to be AWS's default of one hour. */
function durationOf(call: Call, role: RoleDoc, asked: number | undefined): number {
  if (isChaining(call.caller.session) && (asked ?? 0) > 3600) {
    const text = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    throw new Fault('ValidationError', 400, text);
  }
  if ((asked ?? 0) > (role.MaxSessionDuration ?? 3600)) {
    throw new Fault('ValidationError', 400, 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return asked ?? 3600;
}
