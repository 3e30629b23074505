import { readIdentity } from '../../../rules/arn/index.ts';
import type { Lab } from '../context.ts';
import { findPrincipal } from '../eks/principal.ts';
import { isFields, readFields } from '../fields.ts';
import { decodedText, malformed, readPolicyText } from '../policy-text.ts';
import type { PolicyText } from '../state/documents.ts';
import { knowsList } from '../state/known.ts';
import { rewritten } from '../state/rewrite.ts';
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
    const roles = store.list(scope, 'role').flatMap((role): readonly Change[] => {
      // A deleted role takes its own policy along.
      if (role.Arn === arn && !to.startsWith('arn:')) return [];
      const trust = renamed(role.AssumeRolePolicyDocument, arn, to);
      if (trust === undefined) return [];
      const document = { ...role, AssumeRolePolicyDocument: trust };
      return [{ scope, kind: 'role', name: role.RoleName.toLowerCase(), document }];
    });
    // An account that is kept as files has its trust policies in them.
    const files = store.list(scope, 'file').flatMap((file): readonly Change[] => {
      const document = rewritten(file, (answer) => renamedWithin(answer, arn, to));
      return document === undefined ? [] : [{ scope, kind: 'file', name: file.path, document }];
    });
    return [...roles, ...files];
  });
}

/** An answer with the trust policies in it changed; itself where none names the principal. */
function renamedWithin(value: unknown, arn: string, to: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => renamedWithin(item, arn, to));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isFields(value)) return value;
  const fields = Object.entries(value).map(([key, inner]): readonly [string, unknown] => {
    const isTrust = key === 'AssumeRolePolicyDocument' && (typeof inner === 'string' || isFields(inner));
    return [key, isTrust ? (renamed(inner, arn, to) ?? inner) : renamedWithin(inner, arn, to)];
  });
  return fields.every(([key, inner]) => inner === value[key]) ? value : Object.fromEntries(fields);
}

/** The document with another principal; undefined where it does not name the first, or is none that can be read. */
function renamed(policy: PolicyText, arn: string, to: string): PolicyText | undefined {
  const isText = typeof policy === 'string';
  const before = isText ? readFields(decodedText(policy)) : policy;
  if (!principals(before).includes(arn)) return undefined;
  const document = withPrincipals(before, (one) => (one === arn ? to : one));
  return isText ? JSON.stringify(document) : document;
}

/** A document with each text under `Principal.AWS` and `NotPrincipal.AWS` replaced. */
function withPrincipals(document: unknown, replace: (arn: string) => string): Readonly<Record<string, unknown>> {
  const each = (value: unknown): unknown => (typeof value === 'string' ? replace(value) : value);
  const list = (value: unknown): unknown => (Array.isArray(value) ? value.map(each) : each(value));
  const element = (value: unknown): unknown =>
    isFields(value) && Object.hasOwn(value, 'AWS') ? { ...value, AWS: list(value['AWS']) } : value;
  const statement = (value: unknown): unknown =>
    isFields(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [key, /^(Not)?Principal$/.test(key) ? element(inner) : inner]),
        )
      : value;
  if (!isFields(document)) return {};
  const { Statement } = document;
  return { ...document, Statement: Array.isArray(Statement) ? Statement.map(statement) : statement(Statement) };
}
