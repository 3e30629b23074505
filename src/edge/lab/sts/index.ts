import type { Call } from '../authorise.ts';
import { authorise } from '../authorise.ts';
import { LAB } from '../state/scope.ts';
import { Fault } from '../wire/fault.ts';
import { optionalNumber, type Parameters, required } from '../wire/parameters.ts';
import { assumeRole, lifetime } from './assume-role.ts';
import { usesMfa, WITH_MFA } from './mfa.ts';

/** What an operation of a query service answers: the JSON shape that the aws CLI prints. */
export type Operation = (call: Call, parameters: Parameters) => Readonly<Record<string, unknown>>;

/** The signed operations of STS that the lab plays. */
export const STS_OPERATIONS: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.account }),
  AssumeRole: assumeRole,
  GetSessionToken: getSessionToken,
  GetAccessKeyInfo: (call, parameters) => {
    const id = required(parameters, 'AccessKeyId', { least: 16, most: 128, pattern: '[\\w]*' });
    authorise(call, { action: 'sts:GetAccessKeyInfo', resource: '*' });
    const key = call.lab.store.get(LAB, 'key', id);
    if (key === undefined) throw new Fault('ValidationError', 400, `Access Key ID: ${id} is not a key of this lab`);
    return { Account: key.account };
  },
};

/** sts:GetSessionToken: for users and the root user alone (facts/iam.md §4.2). */
function getSessionToken(call: Call, parameters: Parameters): Readonly<Record<string, unknown>> {
  const { caller, lab } = call;
  const seconds = optionalNumber(parameters, 'DurationSeconds', 900, 129_600) ?? 43_200;
  if (caller.temporary !== undefined) {
    throw new Fault('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
  }
  const mfa = usesMfa(call, parameters);
  authorise(call, { action: 'sts:GetSessionToken', resource: '*', ...(mfa ? { keys: WITH_MFA } : {}) });
  const credentials = lab.tokens.issue({
    principal: caller.arn,
    uniqueId: caller.userId,
    tags: {},
    transitive: [],
    sourceIdentity: null,
    origin: 'start',
    mfa,
    ...lifetime(call, seconds),
  });
  return { Credentials: credentials };
}
