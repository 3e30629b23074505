import type { PolicyDocument } from '../../../inventory/index.ts';
import type { Lab } from '../context.ts';
import { awsManagedPolicy } from '../iam/aws-managed.ts';
import { documentOf } from '../policy-text.ts';
import { accountScope } from '../state/scope.ts';
import type { SessionClaims } from './tokens.ts';

/**
 * A session policy as the iam room takes it: the document that was given, or what the managed policy says now. One that
 * the lab does not hold is a gap, so that nothing is allowed by it.
 */
export function policyDocument(
  lab: Lab,
  account: string,
  policy: NonNullable<SessionClaims['policies']>[number],
  index: number,
): PolicyDocument {
  const origin = { file: 'session', path: [index] };
  if ('document' in policy) return { name: 'session policy', document: documentOf(policy.document), origin };
  const { arn } = policy;
  const name = `managed policy ${arn} as session policy`;
  const scope = accountScope(account);
  // Of AWS's policies an account holds those that were attached in it; those of another partition mean nothing there.
  const isOwn = arn.startsWith(`arn:${lab.store.get(scope, 'account', account)?.partition}:`);
  const held = lab.store.get(scope, 'policy', arn) ?? (isOwn ? awsManagedPolicy(arn) : undefined);
  const versions = held?.PolicyVersionList ?? [];
  const document = versions.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document;
  if (document !== undefined) {
    return { name, arn, document: documentOf(document), origin };
  }
  const gap = {
    kind: 'gap',
    id: `managed:${arn}`,
    state: 'notCollected',
    what: `the document of ${arn}`,
    side: account,
  } as const;
  return { name, arn, gap, origin };
}
