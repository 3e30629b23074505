import type { Binding, Subject, User } from './types.ts';

const ACCOUNT = 'system:serviceaccount:';

/** The user name of a service account: `system:serviceaccount:NAMESPACE:NAME`. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `${ACCOUNT}${namespace}:${name}`;
}

/** Takes a service account's user name apart, or undefined when it is another kind of user. */
export function parseServiceAccountUser(user: string): { readonly namespace: string; readonly name: string } | undefined {
  if (!user.startsWith(ACCOUNT)) return undefined;
  const [namespace, name, ...rest] = user.slice(ACCOUNT.length).split(':');
  if (namespace === undefined || namespace === '' || name === undefined || name === '' || rest.length > 0) return undefined;
  return { namespace, name };
}

/**
 * Whom a subject means: a user name or a group name, or nobody.
 *
 * A service account without a namespace is the binding's (`namespace`, empty for a ClusterRoleBinding, which then means
 * nobody). The empty name is nobody's: validation requires one, and an aws-auth row without username makes a user of
 * that name. Source: facts/eks.md §5.4; kubernetes v1.32.10 pkg/registry/rbac/validation/rule.go appliesToUser.
 */
export function whomItMeans(
  subject: Subject,
  namespace: string,
): { readonly kind: 'user' | 'group'; readonly name: string } | undefined {
  if (subject.name === '') return undefined;
  switch (subject.kind) {
    case 'User':
      return { kind: 'user', name: subject.name };
    case 'Group':
      return { kind: 'group', name: subject.name };
    case 'ServiceAccount': {
      const home = subject.namespace === undefined || subject.namespace === '' ? namespace : subject.namespace;
      return home === '' ? undefined : { kind: 'user', name: serviceAccountUser(home, subject.name) };
    }
    default:
      return undefined;
  }
}

/** The first subject of a binding that means this user, as Kubernetes names it in its reason. */
export function firstSubject(binding: Binding, user: User): Subject | undefined {
  return binding.subjects.find((subject) => {
    const whom = whomItMeans(subject, binding.namespace);
    if (whom === undefined) return false;
    return whom.kind === 'user' ? whom.name === user.name : user.groups.includes(whom.name);
  });
}
