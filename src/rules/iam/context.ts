import { roleArnOf } from './principal.ts';
import type { Context, Principal } from './types.ts';

/** What a person states about a request: keys in any letter case. */
export type Given = Readonly<Record<string, string | readonly string[] | number | boolean>>;

/**
 * The context of a request in a closed world: what is given, then what follows from the principal; everything else is absent.
 * A given value wins over a derived one. (IAM guide: reference_policies_condition-keys.)
 */
export function derivedContext(principal: Principal, given: Given): Context {
  const values = new Map<string, string | readonly string[]>(Object.entries(derivedKeys(principal)));
  for (const [key, value] of Object.entries(given)) {
    values.set(key.toLowerCase(), Array.isArray(value) ? (value as readonly string[]) : String(value));
  }
  return (key) => values.get(key);
}

/** The keys that follow from who calls, in lower case. Their values for a service, or without a caller, are the few that are documented. */
function derivedKeys(principal: Principal): Readonly<Record<string, string>> {
  const { kind, account, uniqueId, sessionName } = principal;
  // Unsigned calls carry no principal (AssumeRoleWithWebIdentity, AssumeRoleWithSAML).
  if (kind === 'federated') return {};
  if (kind === 'anonymous') return { 'aws:principaltype': 'Anonymous', 'aws:principalaccount': 'anonymous' };
  if (kind === 'service') return { 'aws:principalisawsservice': 'true', 'aws:principalservicename': principal.arn };
  const common = { 'aws:principalaccount': account, 'aws:principalisawsservice': 'false' };
  switch (kind) {
    case 'root':
      return { ...common, 'aws:principalarn': principal.arn, 'aws:principaltype': 'Account', 'aws:userid': account };
    case 'user':
      return {
        ...common,
        'aws:principalarn': principal.arn,
        'aws:principaltype': 'User',
        'aws:username': principal.arn.slice(principal.arn.lastIndexOf('/') + 1),
        ...(uniqueId === undefined ? {} : { 'aws:userid': uniqueId }),
      };
    case 'federated-user':
      return {
        ...common,
        'aws:principalarn': principal.arn,
        'aws:principaltype': 'FederatedUser',
        'aws:userid': `${account}:${principal.arn.slice(principal.arn.lastIndexOf('/') + 1)}`,
      };
    case 'assumed-role':
      return {
        ...common,
        // Never the session's ARN: the role's, with its path.
        'aws:principalarn': roleArnOf(principal),
        'aws:principaltype': 'AssumedRole',
        ...(uniqueId === undefined || sessionName === undefined ? {} : { 'aws:userid': `${uniqueId}:${sessionName}` }),
      };
  }
}
