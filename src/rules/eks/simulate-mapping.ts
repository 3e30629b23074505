import { collected, type Gap, missing } from '../../base/index.ts';
import { canonicalArn } from '../arn/index.ts';
import { mapIdentity } from './mapping.ts';
import { AUTHENTICATION_MODES } from './modes.ts';
import { readAssociatedPolicy } from './simulate-policy.ts';
import { choice, moment, optional, record, records, strings, text } from './simulate-read.ts';
import type { AccessEntry, Mapping, MappingSource, StsIdentity } from './types.ts';

/** What `simulate` prints of a mapping. */
export interface MappingDecision {
  readonly decision: Pick<Mapping, 'result' | 'username' | 'groups' | 'by'>;
  readonly reason: string;
}

const PARTS = ['awsAuth', 'accessEntries', 'associatedPolicies', 'creator', 'ec2PrivateDnsNames'] as const;

/**
 * Answers one `mapping` line of `causeway simulate`. What a line does not state is not known; a wrong line throws an
 * Error that names the field.
 *
 * @example simulateMapping({ authenticationMode: 'API', awsAuth: null, accessEntries: [], caller: { arn, userId, accountId } })
 */
export function simulateMapping(line: unknown): MappingDecision {
  const fields = record(line, 'line');
  const hidden = fields.notCollected === undefined ? [] : strings(fields.notCollected, 'notCollected');
  for (const [index, part] of hidden.entries()) choice(part, PARTS, `notCollected[${index}]`);
  const identity = readIdentityOf(record(fields.caller, 'caller'));
  if ('error' in identity) {
    return { decision: { result: 'unauthorized', username: null, groups: [], by: null }, reason: identity.error };
  }
  const { result, username, groups, by, reason } = mapIdentity(readSource(fields, hidden), identity);
  return { decision: { result, username, groups, by }, reason };
}

function readSource(fields: Readonly<Record<string, unknown>>, hidden: readonly string[]): MappingSource {
  const known = (part: (typeof PARTS)[number]): boolean => fields[part] !== undefined && !hidden.includes(part);
  const gap = (what: string): Gap & { readonly state: 'notCollected' } => ({
    kind: 'gap',
    id: `line:${what}`,
    state: 'notCollected',
    what,
  });
  const policies = !hidden.includes('associatedPolicies');
  const creator = known('creator') ? optional(fields.creator, 'creator', text) : undefined;
  const names = known('ec2PrivateDnsNames') ? optional(fields.ec2PrivateDnsNames, 'ec2PrivateDnsNames', textMap) : undefined;
  return {
    mode: choice(fields.authenticationMode, AUTHENTICATION_MODES, 'authenticationMode'),
    awsAuth: known('awsAuth')
      ? collected(fields.awsAuth === null ? null : { data: record(fields.awsAuth, 'awsAuth') })
      : missing(gap('the ConfigMap kube-system/aws-auth')),
    accessEntries: known('accessEntries')
      ? collected(
          records(fields.accessEntries, 'accessEntries').map((entry, index) =>
            readEntry(entry, `accessEntries[${index}]`, policies),
          ),
        )
      : missing(gap('the access entries of the cluster')),
    ...(creator === undefined ? {} : { creator }),
    ...(names === undefined ? {} : { ec2PrivateDnsNames: names }),
  };
}

function textMap(value: unknown, field: string): Readonly<Record<string, string>> {
  const found = record(value, field);
  return Object.fromEntries(Object.entries(found).map(([key, item]) => [key, text(item, `${field}.${key}`)]));
}

function readEntry(entry: Readonly<Record<string, unknown>>, field: string, policiesKnown: boolean): AccessEntry {
  const username = optional(entry.username, `${field}.username`, text);
  const createdAt = optional(entry.createdAt, `${field}.createdAt`, moment);
  const boundUniqueId = optional(entry.boundUniqueId, `${field}.boundUniqueId`, text);
  const associated = entry.associatedPolicies;
  const what = `the access policies of ${text(entry.principalArn, `${field}.principalArn`)}`;
  return {
    principalArn: text(entry.principalArn, `${field}.principalArn`),
    type: optional(entry.type, `${field}.type`, text) ?? 'STANDARD',
    groups: optional(entry.kubernetesGroups, `${field}.kubernetesGroups`, strings) ?? [],
    policies:
      associated === undefined || !policiesKnown
        ? missing({ kind: 'gap', id: `line:${what}`, state: 'notCollected', what })
        : collected(
            records(associated, `${field}.associatedPolicies`).map((policy, index) =>
              readAssociatedPolicy(policy, `${field}.associatedPolicies[${index}]`),
            ),
          ),
    ...(username === undefined ? {} : { username }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(boundUniqueId === undefined ? {} : { boundUniqueId }),
  };
}

/** The caller of a line, its UserId taken apart as the authenticator does (pkg/token/token.go getIdentityFromSTSResponse; facts §1.6). */
function readIdentityOf(caller: Readonly<Record<string, unknown>>): StsIdentity | { readonly error: string } {
  const arn = text(caller.arn, 'caller.arn');
  const userId = optional(caller.userId, 'caller.userId', text);
  const isRole = !('error' in canonicalArn(arn)) && /:(assumed-role|role)\//.test(arn);
  const parts = userId?.split(':') ?? [];
  if (isRole && userId !== undefined && parts.length !== 2) return { error: `malformed UserID "${userId}"` };
  const accessKeyId = optional(caller.accessKeyId, 'caller.accessKeyId', text);
  const roleArn = optional(caller.roleArn, 'caller.roleArn', text);
  const uniqueId = optional(caller.roleUniqueId, 'caller.roleUniqueId', text) ?? (isRole ? parts[0] : userId);
  const createDate = optional(caller.principalCreateDate, 'caller.principalCreateDate', moment);
  const session = isRole ? parts[1] : undefined;
  return {
    arn,
    account: text(caller.accountId, 'caller.accountId'),
    ...(session === undefined ? {} : { sessionName: session }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
    ...(createDate === undefined ? {} : { createDate }),
  };
}
