import { or, TRUE, unsettled, type Ways } from '../base/index.ts';
import type { Cluster } from '../inventory/index.ts';
import type { Attributes, Binding } from '../rules/rbac/index.ts';
import { type Authorization, authorizeInCluster, type ClusterUser } from './cluster.ts';
import { TOO_MANY } from './possible.ts';
import type { AccessFact, HopCondition } from './types.ts';

/**
 * Authorizes a user whose name (or groups) still holds the session name that the caller chooses.
 *
 * Whatever every session may do is plain. What only the bearer of one name may do, because a binding names it, is an
 * allow under the condition that the session is called so.
 *
 * @param hop the hop at which the session was named; 0 is the session the caller starts with
 */
export function authorizeOpenUser(cluster: Cluster, user: ClusterUser, request: Attributes, hop: number): Authorization {
  const plain = authorizeInCluster(cluster, user, request);
  const objects = cluster.rbac();
  if (plain.ways === TRUE || objects.state !== 'collected') return plain;
  let ways: Ways<AccessFact> = plain.ways;
  let rbac = plain.rbac;
  const allowed = new Set<string>();
  for (const binding of objects.value.bindings) {
    for (const name of sessionNames(binding, user)) {
      if (allowed.has(name)) continue;
      const named = {
        ...user,
        username: fillSession(user.username, name),
        groups: user.groups.map((group) => fillSession(group, name)),
      };
      const answer = authorizeInCluster(cluster, named, request);
      if (answer.ways !== TRUE) continue;
      // Another name might be the one that the other hops let through.
      if (allowed.size >= MOST_NAMES) return { ...plain, ways: or(ways, unsettled<AccessFact>(TOO_MANY)), rbac };
      allowed.add(name);
      ways = or(ways, unsettled<AccessFact>(sessionNamed(name, binding, hop)));
      rbac = answer.rbac;
    }
  }
  return { ...plain, ways, rbac };
}

/** Session names that are told apart; a hundred alternatives are more than anybody reads. */
export const MOST_NAMES = 100;

const TEMPLATE = /\{\{SessionName(?:Raw)?\}\}/;

/** Puts a session name into the template of a username or group. */
export function fillSession(text: string, name: string): string {
  return text.replaceAll('{{SessionName}}', name.replaceAll('@', '-')).replaceAll('{{SessionNameRaw}}', name);
}

/** The session names that would make the user one of the binding's subjects. */
function sessionNames(binding: Binding, user: ClusterUser): readonly string[] {
  const names = new Set<string>();
  for (const subject of binding.subjects) {
    const templates = subject.kind === 'User' ? [user.username] : subject.kind === 'Group' ? user.groups : [];
    for (const template of templates) {
      const name = sessionNameIn(template, subject.name);
      if (name !== undefined) names.add(name);
    }
  }
  return [...names];
}

/** The session name that turns the template into the wanted text; RoleSessionName is `[\w+=,.@-]{2,64}` (facts/iam.md §4.2). */
export function sessionNameIn(template: string, wanted: string): string | undefined {
  const parts = template.split(TEMPLATE);
  const [head, tail] = parts;
  if (parts.length !== 2 || head === undefined || tail === undefined) return undefined;
  if (wanted.length < head.length + tail.length || !wanted.startsWith(head) || !wanted.endsWith(tail)) return undefined;
  const name = wanted.slice(head.length, wanted.length - tail.length);
  return /^[\w+=,.@-]{2,64}$/.test(name) && fillSession(template, name) === wanted ? name : undefined;
}

/** The condition that the session made at a hop is called so. */
export function sessionNamed(name: string, binding: Binding, hop: number): HopCondition {
  return {
    kind: 'condition',
    id: `${hop} sts:rolesessionname StringEquals false ${JSON.stringify([name])}`,
    key: 'sts:RoleSessionName',
    operator: 'StringEquals',
    ifExists: false,
    values: [name],
    hop,
    statement: {
      policy: {
        kind: 'resource',
        name: `${binding.kind} ${binding.name}`,
        ...(binding.origin === undefined ? {} : { origin: binding.origin }),
      },
      statement: 0,
    },
  };
}
