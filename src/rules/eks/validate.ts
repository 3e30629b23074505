import { parseArn } from '../arn/index.ts';
import { accessPolicyName, accessPolicyRules } from './policy-rules.ts';
import { RESERVED_PREFIXES } from './row.ts';
import type { AssociatedPolicy, AuthenticationMode } from './types.ts';

/** An access entry as somebody wants to create it. */
export interface WantedEntry {
  readonly principalArn: string;
  /** STANDARD when absent. */
  readonly type?: string;
  readonly username?: string;
  readonly groups?: readonly string[];
  readonly policies?: readonly AssociatedPolicy[];
}

/** The cluster that the entry is for. */
export interface EntryCluster {
  readonly arn: string;
  readonly mode: AuthenticationMode;
}

/** Why EKS refuses an entry. */
export interface Refusal {
  readonly field: 'principalArn' | 'type' | 'username' | 'groups' | 'policies' | 'cluster';
  /** EKS's words where they were measured, else ours. */
  readonly text: string;
  /** Whether EKS surely refuses. False where the documentation says so and nobody measured it, or where it is only likely. */
  readonly certain: boolean;
}

/** The types of access entries (EKS API CreateAccessEntryRequest.type). */
export const ENTRY_TYPES = [
  'STANDARD',
  'EC2_LINUX',
  'EC2_WINDOWS',
  'FARGATE_LINUX',
  'EC2',
  'HYBRID_LINUX',
  'HYPERPOD_LINUX',
] as const;

/** The types that EKS lists in its refusals; HYPERPOD_LINUX is in the API model alone. */
const NODE_TYPES = '[EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2]';

/**
 * What EKS would refuse about an access entry and its policies, in the order of its checks: prefixes, account, kind of
 * principal, then the cluster's mode, then the policies. Empty when nothing is known against it.
 * Sources: measured calls of 24 and 25 September 2026 and EKS user guide creating-access-entries; facts §3.2 to §3.5.
 *
 * @example validateAccessEntry({ principalArn, groups: ['system:masters'] }, cluster)[0]?.text
 *   // 'The kubernetes group name system:masters is invalid, it cannot start with system:'
 */
export function validateAccessEntry(entry: WantedEntry, cluster: EntryCluster): readonly Refusal[] {
  const type = entry.type ?? 'STANDARD';
  const refusals = [
    ...nameRefusals(entry),
    ...principalRefusals(entry.principalArn, type, cluster),
    ...typeRefusals(entry, type),
  ];
  if (cluster.mode === 'CONFIG_MAP') {
    const text = "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.";
    refusals.push({ field: 'cluster', text, certain: true });
  }
  const partition = parseArn(cluster.arn)?.partition;
  return [...refusals, ...(entry.policies ?? []).flatMap((policy) => policyRefusals(policy, partition))];
}

function nameRefusals({ username = '', groups = [] }: WantedEntry): Refusal[] {
  const out: Refusal[] = [];
  const prefix = reservedPrefix(username);
  if (prefix !== undefined) {
    // Whether capitals escape the check is not known; exact lower case is what was measured.
    out.push({ field: 'username', text: `The username must not begin with ${prefix}`, certain: username.startsWith(prefix) });
  }
  const template = username.search(/\{\{SessionName(?:Raw)?\}\}/);
  if (template >= 0 && !username.slice(0, template).includes(':')) {
    out.push({ field: 'username', text: `a colon must stand before the session name in "${username}"`, certain: true });
  }
  for (const group of groups) {
    const reserved = reservedPrefix(group);
    if (reserved === undefined) continue;
    const text = `The kubernetes group name ${group} is invalid, it cannot start with ${reserved}`;
    out.push({ field: 'groups', text, certain: group.startsWith(reserved) });
  }
  return out;
}

function reservedPrefix(text: string): string | undefined {
  return RESERVED_PREFIXES.find((prefix) => text.toLowerCase().startsWith(prefix));
}

function principalRefusals(principalArn: string, type: string, cluster: EntryCluster): Refusal[] {
  const arn = parseArn(principalArn);
  const kind = arn?.service === 'iam' ? arn.resource.split('/')[0] : undefined;
  const refuse = (text: string, certain = true): Refusal => ({ field: 'principalArn', text, certain });
  if (arn === undefined || (kind !== 'role' && kind !== 'user' && kind !== 'root')) {
    return [refuse('The specified principalArn is invalid: invalid principal.')];
  }
  if (kind === 'root') return [refuse('EKS documents roles and users as principals, and not the root user', false)];
  const out: Refusal[] = [];
  if (type !== 'STANDARD') {
    // HYPERPOD_LINUX is not in the measured text.
    const certain = type !== 'HYPERPOD_LINUX';
    const home = parseArn(cluster.arn)?.account;
    if (home !== undefined && arn.account !== home) {
      out.push(
        refuse(`AccessEntry principalArn must be from the same account as the cluster when using types ${NODE_TYPES}`, certain),
      );
    }
    if (kind !== 'role') out.push(refuse(`AccessEntry principalArn must be IAM role when using types ${NODE_TYPES}`, certain));
  }
  if (arn.resource.startsWith('role/aws-service-role/')) {
    out.push(refuse('The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role'));
  }
  return out;
}

function typeRefusals(entry: WantedEntry, type: string): Refusal[] {
  const types: readonly string[] = ENTRY_TYPES;
  if (!types.includes(type))
    return [{ field: 'type', text: `"${type}" is none of the types ${types.join(', ')}`, certain: true }];
  if (type === 'STANDARD') return [];
  // Measured for the two EC2 node types; for the others the documentation says the same of groups and names.
  const certain = type === 'EC2_LINUX' || type === 'EC2_WINDOWS';
  const out: Refusal[] = [];
  for (const [field, name, given] of [
    ['groups', 'kubernetesGroups', (entry.groups ?? []).length > 0],
    ['username', 'username', (entry.username ?? '') !== ''],
  ] as const) {
    if (given)
      out.push({
        field,
        text: `The specified ${name} is invalid: setting ${name} is not allowed when the type is "${type}"`,
        certain,
      });
  }
  const policies = entry.policies ?? [];
  if (type === 'EC2') {
    const isAutoNode = ({ policyArn, scope }: AssociatedPolicy): boolean =>
      accessPolicyName(policyArn) === 'AmazonEKSAutoNodePolicy' && scope.type === 'cluster';
    if (!policies.some(isAutoNode)) {
      out.push({ field: 'policies', text: 'an entry of type EC2 needs AmazonEKSAutoNodePolicy on the cluster', certain: false });
    }
  } else if (policies.length > 0) {
    out.push({
      field: 'policies',
      text: 'This operation can only be performed on Access Entries with a type of "STANDARD"',
      certain,
    });
  }
  return out;
}

function policyRefusals({ policyArn, scope }: AssociatedPolicy, partition: string | undefined): Refusal[] {
  const refuse = (text: string, certain = true): Refusal => ({ field: 'policies', text, certain });
  const out: Refusal[] = [];
  if (scope.type === 'namespace' && scope.namespaces.length === 0) {
    out.push(refuse('At least 1 namespace must be provided if the type is set as namespace'));
  }
  if (scope.type !== 'namespace' && scope.namespaces.length > 0) {
    out.push(refuse('accessScope should not include namespaces if the type is not set as namespace'));
  }
  if (accessPolicyName(policyArn) === undefined) return [...out, refuse('The policyArn parameter format is not valid')];
  if (accessPolicyName(policyArn, partition) === undefined)
    return [...out, refuse('The specified policyArn could not be found.')];
  // AWS adds policies, so a name that is not in our tables may have become one.
  if ('unknown' in accessPolicyRules(policyArn)) out.push(refuse('The specified policyArn could not be found.', false));
  return out;
}
