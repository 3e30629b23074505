import type { PolicyDocument } from '../../../inventory/index.ts';
import { readIdentity } from '../../../rules/arn/index.ts';
import { assumedSession, type PrincipalRecord, type Session, sessionArn, startSession } from '../../../rules/sts/index.ts';
import { checkSignature, readSignature, type SentRequest } from '../../../rules/token/index.ts';
import type { Lab } from '../context.ts';
import { type AwsHost, awsHostOf } from '../proxy/aws-host.ts';
import type { RoleDoc, UserDoc } from '../state/documents.ts';
import { accountScope, LAB } from '../state/scope.ts';
import { Fault, notPlayed } from '../wire/fault.ts';
import { policyDocument } from './session-policies.ts';
import type { SessionClaims } from './tokens.ts';

/** Who signed a request. */
export interface Caller {
  readonly accessKeyId: string;
  readonly session: Session;
  readonly account: string;
  readonly partition: string;
  /** As GetCallerIdentity names it. */
  readonly arn: string;
  readonly userId: string;
  /** Absent: long-term credentials. */
  readonly temporary?: SessionClaims;
  readonly sessionPolicies?: readonly PolicyDocument[];
}

/**
 * Who signed a request, and for which service and region; throws AWS's refusal. The order is AWS's: the form, the key, the
 * session's end, the signature, its age (facts/iam.md §4.4).
 */
export function authenticate(
  lab: Lab,
  request: SentRequest,
): { readonly caller: Caller; readonly service: string; readonly region: string } {
  const signature = readSignature(request);
  if ('code' in signature)
    throw new Fault(signature.code, signature.code === 'IncompleteSignature' ? 400 : 403, signature.message);
  const { accessKeyId, sessionToken, service, region } = signature;
  const place = awsHostOf(request);
  if (place !== undefined) checkScope(place, service, region);
  const found = sessionToken === undefined ? longTerm(lab, accessKeyId) : temporary(lab, accessKeyId, sessionToken);
  const wrong = checkSignature(request, signature, found.secret, lab.nowFor(signature.signedAt));
  if (wrong !== undefined) throw new Fault(wrong.code, 403, wrong.message);
  const caller = found.caller();
  // A key of one partition is unknown in every other.
  if (place !== undefined && place.partition !== caller.partition)
    throw unknownKey(`the key is of partition ${caller.partition}, and the host is of ${place.partition}`);
  return { caller, service, region };
}

/** A signature holds for the service and the region of the host that it was sent to, and for no other. */
function checkScope(place: AwsHost, service: string, region: string): void {
  if (place.service === undefined) throw notPlayed('the host that this request was sent to');
  const refused = (text: string): Fault => new Fault('SignatureDoesNotMatch', 403, text);
  if (service !== place.service) throw refused(`Credential should be scoped to correct service: '${place.service}'.`);
  if (region !== place.region) throw refused(`Credential should be scoped to a valid region, not '${region}'.`);
}

/** The text is AWS's for a key that it does not know and for one that was switched off. */
export function unknownKey(note?: string): Fault {
  return new Fault('InvalidClientTokenId', 403, 'The security token included in the request is invalid.', {}, note);
}

const NOT_OURS =
  'this lab gave out no such credentials; one that starts anew without --state knows none of before: causeway lab env';

interface Credential {
  readonly secret: string;
  /** Made once the signature holds. */
  readonly caller: () => Caller;
}

function longTerm(lab: Lab, accessKeyId: string): Credential {
  const key = lab.store.get(LAB, 'key', accessKeyId);
  if (key === undefined) throw unknownKey(NOT_OURS);
  if (key.Status !== 'Active') throw unknownKey(`the key of ${key.UserName} was switched off`);
  const user = lab.store.get(accountScope(key.account), 'user', key.UserName.toLowerCase());
  if (user === undefined) throw unknownKey(`the user ${key.UserName} of the key is gone`);
  return { secret: key.SecretAccessKey, caller: () => ({ ...userCaller(lab, user), accessKeyId }) };
}

function temporary(lab: Lab, accessKeyId: string, token: string): Credential {
  const claims = lab.tokens.read(token);
  if (claims === undefined || claims.accessKeyId !== accessKeyId) throw unknownKey(NOT_OURS);
  if (lab.now().getTime() >= claims.expires * 1000) {
    const ended = new Date(claims.expires * 1000).toISOString();
    const note = `the session ended at ${ended}; the lab's clock says ${lab.now().toISOString()}`;
    throw new Fault('ExpiredToken', 403, 'The security token included in the request is expired', {}, note);
  }
  return { secret: lab.tokens.secretOf(accessKeyId), caller: () => callerOf(lab, claims) };
}

/** The caller that a session token stands for, by its role or user as they are now. */
export function callerOf(lab: Lab, claims: SessionClaims): Caller {
  const identity = readIdentity(claims.principal);
  if ('error' in identity) throw unknownKey();
  const { account, partition, name } = identity;
  const documents = claims.policies?.map((policy, index) => policyDocument(lab, account, policy, index));
  const common = {
    accessKeyId: claims.accessKeyId,
    temporary: claims,
    ...(documents === undefined ? {} : { sessionPolicies: documents }),
  };
  if (identity.kind === 'root') {
    const session = startSession(identity, { tags: {}, managementAccount: isManagement(lab, account) });
    return { ...common, session, account, partition, arn: identity.arn, userId: account };
  }
  const scope = accountScope(account);
  if (identity.kind === 'user') {
    const user = lab.store.get(scope, 'user', name.toLowerCase());
    if (user === undefined || user.UserId !== claims.uniqueId)
      throw unknownKey(`the user of the session is gone, or was made anew: ${claims.principal}`);
    return { ...userCaller(lab, user), ...common };
  }
  const role = lab.store.get(scope, 'role', name.toLowerCase());
  // A role that was deleted, or made anew under its name, takes its sessions along.
  if (role === undefined || role.RoleId !== claims.uniqueId || role.Arn !== claims.principal)
    throw unknownKey(`the role of the session is gone, or was made anew: ${claims.principal}`);
  const sessionName = claims.name ?? 'lab';
  const made = assumedSession(identity, recordOf(lab, account, role, role.RoleId), NOBODY, {
    sessionName,
    tags: claims.tags,
    transitiveTagKeys: claims.transitive,
  });
  return {
    ...common,
    session: { ...made, sourceIdentity: claims.sourceIdentity, origin: claims.origin },
    account,
    partition,
    arn: sessionArn(identity, sessionName),
    userId: `${role.RoleId}:${sessionName}`,
  };
}

/** A session of a user or role as it would be made now; undefined when there is no such principal. */
export function sessionOf(lab: Lab, arn: string): Session | undefined {
  const identity = readIdentity(arn);
  if ('error' in identity) return undefined;
  const { account, kind, name } = identity;
  const scope = accountScope(account);
  if (kind === 'user') {
    const user = lab.store.get(scope, 'user', name.toLowerCase());
    return user?.Arn === arn ? userCaller(lab, user).session : undefined;
  }
  const role = kind === 'role' ? lab.store.get(scope, 'role', name.toLowerCase()) : undefined;
  if (role?.Arn !== arn) return undefined;
  const record = recordOf(lab, account, role, role.RoleId);
  const made = assumedSession(identity, record, NOBODY, { sessionName: 'simulation', tags: {}, transitiveTagKeys: [] });
  return { ...made, sourceIdentity: null };
}

/** What the session of a token is made out of, when all that it carries is in the token. */
const NOBODY: Session = {
  principal: { kind: 'anonymous', arn: '*', partition: '', account: '' },
  tags: new Map(),
  transitive: new Set(),
  sourceIdentity: null,
  origin: 'start',
};

function userCaller(lab: Lab, user: UserDoc): Omit<Caller, 'accessKeyId'> {
  const identity = readIdentity(user.Arn);
  if ('error' in identity) throw unknownKey();
  const { account, partition, arn } = identity;
  const session = { ...startSession(identity, recordOf(lab, account, user, user.UserId)), sourceIdentity: null };
  return { session, account, partition, arn, userId: user.UserId };
}

function recordOf(lab: Lab, account: string, { Arn, CreateDate, Tags }: RoleDoc | UserDoc, uniqueId: string): PrincipalRecord {
  return {
    arn: Arn,
    // An inventory may lack either, and nothing is not an id or a moment.
    ...(uniqueId === '' ? {} : { uniqueId }),
    ...(CreateDate === '' ? {} : { createDate: CreateDate }),
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    managementAccount: isManagement(lab, account),
  };
}

function isManagement(lab: Lab, account: string): boolean {
  return lab.view.inventory().organizations.some(({ managementAccount }) => managementAccount === account);
}
