import { parseArn } from './arn.ts';
import { isPartition } from './partition.ts';

/**
 * The ARN that an EKS cluster compares a caller by: a session becomes its role, everything else stays.
 *
 * The errors and the fate of each form are those of aws-iam-authenticator pkg/arn/arn.go (`Canonicalize`).
 *
 * @example canonicalArn('arn:aws:sts::111111111111:assumed-role/ci/build-7') // { arn: 'arn:aws:iam::111111111111:role/ci' }
 */
export function canonicalArn(text: string): { readonly arn: string } | { readonly error: string } {
  const arn = parseArn(text);
  if (arn === undefined) return { error: `arn '${text}' is invalid` };
  if (!isPartition(arn.partition)) return { error: `arn '${text}' does not have a recognized partition` };
  const kind = arn.resource.split('/')[0] ?? '';
  if (arn.service === 'sts') {
    if (kind === 'federated-user') return { arn: text };
    if (kind !== 'assumed-role') return { error: `unrecognized resource ${arn.resource} for service sts` };
    const parts = arn.resource.split('/');
    if (parts.length < 3) return { error: `assumed-role arn '${text}' does not have a role` };
    return { arn: `arn:${arn.partition}:iam::${arn.account}:role/${parts.slice(1, -1).join('/')}` };
  }
  if (arn.service === 'iam') {
    if (kind === 'role' || kind === 'user' || kind === 'root') return { arn: text };
    return { error: `unrecognized resource ${arn.resource} for service iam` };
  }
  return { error: `service ${arn.service} in arn ${text} is not a valid service for identities` };
}
