import { authorize } from './authorize.ts';
import type { RbacIndex } from './compile.ts';
import { parseServiceAccountUser } from './subject.ts';
import type { Attributes, User } from './types.ts';

/** Whom a request wants to act as: the headers Impersonate-User, -Group, -Uid and -Extra-*. */
export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The requests that must all be allowed to the real user before one is treated as coming from another: `impersonate` on
 * the user (a service account where its name is one), every group, the uid and every extra value.
 * Source: facts/eks.md §5.7; kubernetes/apiserver pkg/endpoints/filters/impersonation.go.
 */
export function impersonationAttributes(wanted: Impersonation): readonly Attributes[] {
  const account = parseServiceAccountUser(wanted.user);
  const user: Attributes =
    account === undefined
      ? { verb: 'impersonate', apiGroup: '', resource: 'users', name: wanted.user }
      : { verb: 'impersonate', apiGroup: '', resource: 'serviceaccounts', ...account };
  const groups = (wanted.groups ?? []).map((name) => ({ verb: 'impersonate', apiGroup: '', resource: 'groups', name }));
  const uid = wanted.uid === undefined ? [] : [authentication('uids', undefined, wanted.uid)];
  const extra = Object.entries(wanted.extra ?? {}).flatMap(([key, values]) =>
    values.map((value) => authentication('userextras', key.toLowerCase(), value)),
  );
  return [user, ...groups, ...uid, ...extra];
}

/**
 * The first request that the real user lacks for acting as another, or undefined when nothing is lacking.
 *
 * `otherAuthorizer` is asked where RBAC does not allow.
 */
export function impersonationLacks(
  index: RbacIndex,
  user: User,
  wanted: Impersonation,
  otherAuthorizer?: (attributes: Attributes) => boolean,
): Attributes | undefined {
  return impersonationAttributes(wanted).find(
    (attributes) => authorize(index, user, attributes).decision === 'deny' && otherAuthorizer?.(attributes) !== true,
  );
}

/**
 * The user that the API server goes on with: a service account without groups stated gets its own three, everybody but
 * `system:anonymous` is authenticated. Source: as `impersonationAttributes`.
 */
export function impersonatedUser(wanted: Impersonation): User {
  const account = parseServiceAccountUser(wanted.user);
  const stated = wanted.groups ?? [];
  const groups =
    stated.length === 0 && account !== undefined
      ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`]
      : stated;
  const implied = wanted.user === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return { name: wanted.user, groups: groups.includes(implied) ? groups : [...groups, implied] };
}

function authentication(resource: string, subresource: string | undefined, name: string): Attributes {
  const common = { verb: 'impersonate', apiGroup: 'authentication.k8s.io', resource, name };
  return subresource === undefined ? common : { ...common, subresource };
}
