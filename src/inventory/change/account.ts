import { type Collected, collected, type Origin } from '../../base/index.ts';
import { once } from '../lazy.ts';
import type { Account, IamAccount, IamPrincipal, IamRole, IamUser, PolicyDocument, RoleTrust } from '../model.ts';
import type { InlinePolicyResource, RoleResource } from '../resource.ts';
import type { Change, Statement } from './change.ts';

/** Where a thing stands that no file holds yet. */
export const PROPOSED: Origin = { file: '(proposed)', path: [] };

/** The account after changes to its roles and users; it is read no earlier than the account itself. */
export function changeAccount(account: Account, changes: readonly Change[]): Account {
  return {
    ...account,
    iam: once(() => {
      const iam = account.iam();
      return iam.state === 'collected' ? collected(changeIam(iam.value, changes)) : iam;
    }),
    trusts: once((): Collected<readonly RoleTrust[]> => {
      const trusts = account.trusts();
      return trusts.state === 'collected' ? collected(changeTrusts(trusts.value, changes)) : trusts;
    }),
  };
}

function changeIam(iam: IamAccount, changes: readonly Change[]): IamAccount {
  // undefined: taken away.
  const roles = new Map<string, IamRole | undefined>();
  const users = new Map<string, IamUser | undefined>();
  const role = (name: string): IamRole | undefined => {
    const key = name.toLowerCase();
    return roles.has(key) ? roles.get(key) : iam.role(name);
  };
  const user = (name: string): IamUser | undefined => {
    const key = name.toLowerCase();
    return users.has(key) ? users.get(key) : iam.user(name);
  };
  const edit = (arn: string, change: <T extends IamPrincipal>(principal: T) => T): void => {
    const name = nameOf(arn);
    const [asRole, asUser] = [role(name), user(name)];
    if (asRole?.arn === arn) roles.set(name.toLowerCase(), change(asRole));
    if (asUser?.arn === arn) users.set(name.toLowerCase(), change(asUser));
  };
  for (const change of changes) {
    if (change.kind === 'add-identity-statement') {
      edit(change.principalArn, (old) => ({ ...old, policies: [...old.policies, added(change.statement)] }));
    } else if (change.kind === 'add-trust-statement') {
      const old = role(nameOf(change.roleArn));
      if (old?.arn === change.roleArn)
        roles.set(old.name.toLowerCase(), { ...old, trust: withStatement(old.trust, change.statement) });
    } else if (change.kind === 'put' || change.kind === 'remove') {
      const { resource, kind } = change;
      if (resource.kind === 'role') {
        const name = nameOf(resource.arn);
        const old = role(name);
        // IAM keeps names unique whatever their path and letters: a role of another path stands in the way.
        if (old !== undefined && old.arn !== resource.arn) continue;
        roles.set(name.toLowerCase(), kind === 'put' ? roleOf(resource, old) : undefined);
      } else if (resource.kind === 'inline-policy') {
        edit(resource.principalArn, (old) => ({ ...old, policies: withPolicy(old.policies, resource, kind) }));
      }
    }
  }
  const allRoles = once(() => merged(iam.roles, roles));
  const allUsers = once(() => merged(iam.users, users));
  return {
    role,
    user,
    get roles() {
      return allRoles();
    },
    get users() {
      return allUsers();
    },
    lacks: iam.lacks,
  };
}

/** The principals that stay in their order, changed where they were; new ones follow. */
function merged<T extends IamPrincipal>(before: readonly T[], changed: ReadonlyMap<string, T | undefined>): readonly T[] {
  const left = new Map(changed);
  const out = before.flatMap((old) => {
    const key = old.name.toLowerCase();
    if (!left.has(key)) return [old];
    const fresh = left.get(key);
    left.delete(key);
    return fresh ?? [];
  });
  for (const fresh of left.values()) if (fresh !== undefined) out.push(fresh);
  return out;
}

/** The role as the resource has it. What the resource does not say of a role that is there (its policies, its boundary) stays. */
function roleOf(resource: RoleResource, old: IamRole | undefined): IamRole {
  const { arn, tags, description, maxSessionDuration } = resource;
  const said = description === '' ? {} : { description };
  const own = { arn, tags, ...said, maxSessionDuration, trust: wantedTrust(resource) };
  if (old !== undefined) {
    const { description: _, ...rest } = old;
    return { ...rest, ...own };
  }
  return { kind: 'role', name: nameOf(arn), uniqueId: '', policies: [], origin: PROPOSED, ...own };
}

function withPolicy(
  policies: readonly PolicyDocument[],
  { name, document }: InlinePolicyResource,
  kind: 'put' | 'remove',
): readonly PolicyDocument[] {
  if (kind === 'remove') return policies.filter(({ inline }) => inline !== name);
  const wanted: PolicyDocument = { name: `inline policy ${name}`, inline: name, document, origin: PROPOSED };
  const at = policies.findIndex(({ inline }) => inline === name);
  return at < 0 ? [...policies, wanted] : policies.map((policy, i) => (i === at ? wanted : policy));
}

/** The same changes to the trust policies alone, which a search may know without the rest of the account. */
function changeTrusts(before: readonly RoleTrust[], changes: readonly Change[]): readonly RoleTrust[] {
  const all = new Map(before.map((trust) => [nameOf(trust.arn).toLowerCase(), trust]));
  for (const change of changes) {
    if (change.kind === 'add-trust-statement') {
      const key = nameOf(change.roleArn).toLowerCase();
      const old = all.get(key);
      if (old?.arn === change.roleArn) all.set(key, { ...old, trust: withStatement(old.trust, change.statement) });
    } else if ((change.kind === 'put' || change.kind === 'remove') && change.resource.kind === 'role') {
      const { arn } = change.resource;
      const key = nameOf(arn).toLowerCase();
      const old = all.get(key);
      if (old !== undefined && old.arn !== arn) continue;
      if (change.kind === 'remove') all.delete(key);
      else all.set(key, { arn, uniqueId: old?.uniqueId ?? '', trust: wantedTrust(change.resource) });
    }
  }
  return [...all.values()];
}

const trusts = new WeakMap<RoleResource, PolicyDocument>();

/** One document, so that it is compiled once. */
function wantedTrust(resource: RoleResource): PolicyDocument {
  const known = trusts.get(resource);
  if (known !== undefined) return known;
  const made: PolicyDocument = { name: 'trust policy', document: resource.trust, origin: PROPOSED };
  trusts.set(resource, made);
  return made;
}

function added(statement: Statement): PolicyDocument {
  return { name: 'proposed inline policy', document: { Version: '2012-10-17', Statement: [statement] }, origin: PROPOSED };
}

function withStatement(trust: PolicyDocument, statement: Statement): PolicyDocument {
  // A trust policy that nobody collected stays a gap: with one statement more it is still not known.
  if (trust.document === undefined || trust.gap !== undefined) return trust;
  const document = trust.document as { readonly Statement?: unknown };
  const before = [document.Statement ?? []].flat();
  // The Version is left as it is: another would change what the other statements' variables mean.
  return { ...trust, document: { ...document, Statement: [...before, statement] } };
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
