import { readIdentity } from '../../../rules/arn/index.ts';
import type { Lab } from '../context.ts';
import { findPrincipal } from '../eks/principal.ts';
import { malformed, readPolicyText } from '../policy-text.ts';
import type { PolicyText } from '../state/documents.ts';
import { knowsList } from '../state/known.ts';
import { accountScope, accountsIn } from '../state/scope.ts';
import type { Change } from '../state/store.ts';

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
  const found: string[] = [];
  withPrincipals(document, (arn) => {
    found.push(arn);
    return arn;
  });
  return found;
}

/**
 * What becomes of the trust policies of the whole lab when a user or role that they name has another name, or none any
 * more: AWS keeps them by unique id, so a deleted one reads as `AROA…`, and one that is made anew under the same ARN is
 * not meant (facts/iam.md §2.2; IAM user guide, reference_policies_elements_principal).
 *
 * @param to its new ARN, or its unique id when it is gone
 */
export function renamedInTrust({ store }: Lab, arn: string, to: string): readonly Change[] {
  return accountsIn(store.scopes()).flatMap((account) => {
    const scope = accountScope(account);
    return store.list(scope, 'role').flatMap((role): readonly Change[] => {
      // A deleted role takes its own policy along.
      if (role.Arn === arn && !to.startsWith('arn:')) return [];
      const trust = renamed(role.AssumeRolePolicyDocument, arn, to);
      if (trust === undefined) return [];
      const document = { ...role, AssumeRolePolicyDocument: trust };
      return [{ scope, kind: 'role', name: role.RoleName.toLowerCase(), document }];
    });
  });
}

/** The document with another principal; undefined where it does not name the first. */
function renamed(policy: PolicyText, arn: string, to: string): PolicyText | undefined {
  const isText = typeof policy === 'string';
  if (!(isText ? policy : JSON.stringify(policy)).includes(arn)) return undefined;
  const before: unknown = isText ? JSON.parse(policy) : policy;
  const document = withPrincipals(before, (one) => (one === arn ? to : one));
  return isText ? JSON.stringify(document) : document;
}

/** A document with each text under `Principal.AWS` and `NotPrincipal.AWS` replaced. */
function withPrincipals(document: unknown, replace: (arn: string) => string): Readonly<Record<string, unknown>> {
  const each = (value: unknown): unknown => (typeof value === 'string' ? replace(value) : value);
  const list = (value: unknown): unknown => (Array.isArray(value) ? value.map(each) : each(value));
  const element = (value: unknown): unknown =>
    isObject(value) && Object.hasOwn(value, 'AWS') ? { ...value, AWS: list(value['AWS']) } : value;
  const statement = (value: unknown): unknown =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [key, /^(Not)?Principal$/.test(key) ? element(inner) : inner]),
        )
      : value;
  if (!isObject(document)) return {};
  const { Statement } = document;
  return { ...document, Statement: Array.isArray(Statement) ? Statement.map(statement) : statement(Statement) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
