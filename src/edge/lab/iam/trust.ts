import { readIdentity } from '../../../rules/arn/index.ts';
import type { Lab } from '../context.ts';
import { findPrincipal } from '../eks/principal.ts';
import { malformed, readPolicyText } from '../policy-text.ts';
import { knowsList } from '../state/known.ts';
import { accountScope } from '../state/scope.ts';

/**
 * Reads a trust policy; throws MalformedPolicyDocument. Users and roles that it names must be there, as AWS wants it; of
 * accounts that the lab does not play nobody can tell, and nobody can come from there.
 */
export function readTrust(lab: Lab, text: string): void {
  const document = readPolicyText(text, 'trust');
  for (const arn of principals(document)) {
    const identity = readIdentity(arn);
    if ('error' in identity) {
      if (/^(\*|\d{12}|A[A-Z0-9]{3}[A-Z0-9]{12,})$/.test(arn)) continue;
      throw malformed(`Invalid principal in policy: "AWS":"${arn}"`);
    }
    if (lab.store.get(accountScope(identity.account), 'account', identity.account) === undefined) continue;
    const isNamed = identity.kind === 'user' || identity.kind === 'role';
    const isKnown = knowsList(lab.store, identity.account, identity.kind === 'user' ? 'User' : 'Role');
    if (isNamed && isKnown && findPrincipal(lab, arn) === undefined)
      throw malformed(`Invalid principal in policy: "AWS":"${arn}"`);
  }
}

function principals(document: unknown): readonly string[] {
  const statements = [(document as { readonly Statement?: unknown }).Statement].flat();
  return statements.flatMap((statement) => {
    const principal = (statement as { readonly Principal?: unknown } | null)?.Principal;
    const aws = typeof principal === 'object' && principal !== null ? (principal as { readonly AWS?: unknown }).AWS : undefined;
    return [aws].flat().filter((arn): arn is string => typeof arn === 'string');
  });
}
