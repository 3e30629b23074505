import { compactAtoms, compactText, covers } from './atoms.ts';
import { authorize, rulesFor, SYSTEM_MASTERS } from './authorize.ts';
import { findRole, type RbacIndex } from './compile.ts';
import { forbidden } from './forbidden.ts';
import { goQuote, goQuoteList } from './go-text.ts';
import { onlyOwnershipChanges } from './ownership.ts';
import { readRbacObjects } from './read.ts';
import type { Attributes, Binding, PolicyRule, Role, User } from './types.ts';
import { roleRefChanged, whyInvalid } from './validate.ts';

const API_GROUP = 'rbac.authorization.k8s.io';

/** One write of a Role, ClusterRole, RoleBinding or ClusterRoleBinding, as parsed Kubernetes objects. */
export interface Write {
  readonly operation: 'create' | 'update';
  readonly object: unknown;
  /** The stored object, for an update. */
  readonly existing?: unknown;
  /**
   * Whether an authorizer beside RBAC allows a request (on EKS: access policies). It is asked for the write itself and
   * for `escalate` and `bind`, but what it allows does not count as held: that is computed from RBAC objects alone
   * (facts/eks.md §3.5).
   */
  readonly otherAuthorizer?: (attributes: Attributes) => boolean;
}

/** Whether the write goes through. */
export interface WriteDecision {
  readonly decision: 'allow' | 'deny';
  /** What the user would have to hold, where that is what is missing. */
  readonly missing: readonly PolicyRule[];
  /** In the API server's words, without a trailing stop; several lines where rules are missing. */
  readonly reason: string;
}

/** Every verb on everything, which is also what an aggregation rule can gather. */
export const FULL_AUTHORITY: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

/**
 * Says whether a user may create or update a role or a binding: first the ordinary right to write it, then the
 * protection against escalation, then what the API refuses from anybody (an invalid object, a changed roleRef).
 *
 * Nobody may grant what he does not hold in that scope, unless he is in `system:masters`, has `escalate` on the role (a
 * create has no name, so an `escalate` that is limited to names never allows one) or `bind` on the role that the
 * binding names. An aggregation rule needs full authority.
 * Source: facts/eks.md §5.7; kubernetes pkg/registry/rbac/{clusterrole,role,clusterrolebinding,rolebinding}/policybased/storage.go.
 */
export function mayWrite(index: RbacIndex, user: User, write: Write): WriteDecision {
  const object = readOne(write.object);
  if (object === undefined) return deny('the object is no readable Role, ClusterRole, RoleBinding or ClusterRoleBinding');
  const stored = write.operation === 'update' ? write.existing : undefined;
  const existing = stored === undefined ? undefined : readOne(stored);
  // What stands there may forbid the update (its roleRef, its aggregation rule).
  if (stored !== undefined && existing?.kind !== object.kind) return deny(`the stored object is no readable ${object.kind}`);
  const resource = `${object.kind.toLowerCase()}s`;
  const asked = (verb: string, of: string, name: string): string | undefined => {
    const attributes = { verb, apiGroup: API_GROUP, resource: of, name, namespace: object.namespace };
    const byRbac = authorize(index, user, attributes);
    if (byRbac.decision === 'allow') return byRbac.reason;
    return write.otherAuthorizer?.(attributes) ? 'allowed by another authorizer' : undefined;
  };

  const requestName = write.operation === 'create' ? '' : object.name;
  if (asked(write.operation, resource, requestName) === undefined) {
    const request = { verb: write.operation, apiGroup: API_GROUP, resource, name: requestName, namespace: object.namespace };
    return deny(forbidden(user.name, request));
  }
  const refused = `${resource}.${API_GROUP} ${goQuote(object.name)} is forbidden: `;
  const escalation = ((): WriteDecision => {
    if (user.groups.includes(SYSTEM_MASTERS)) return allow(`group ${goQuote(SYSTEM_MASTERS)} may grant anything`);
    if (isRole(object)) {
      const escalate = asked('escalate', resource, requestName);
      if (escalate !== undefined) return allow(`escalate on ${resource}: ${escalate}`);
    }
    if (existing !== undefined && onlyOwnershipChanges(write.object, stored)) {
      return allow('only owner references and finalizers change');
    }
    if (isRole(object)) {
      const granted = holds(index, user, object.namespace, object.rules, refused);
      if (granted.decision === 'deny' || !aggregates(object, existing)) return granted;
      const full = holds(index, user, object.namespace, FULL_AUTHORITY, refused);
      if (full.decision === 'allow') return full;
      return { ...full, reason: `${refused}must have cluster-admin privileges to use the aggregationRule` };
    }
    const { roleRef } = object;
    const referred = roleRef.kind === 'ClusterRole' ? 'clusterroles' : roleRef.kind === 'Role' ? 'roles' : undefined;
    const bind = referred === undefined ? undefined : asked('bind', referred, roleRef.name);
    if (bind !== undefined) return allow(`bind on ${referred} ${goQuote(roleRef.name)}: ${bind}`);
    const role = findRole(index, roleRef, object.namespace);
    return typeof role === 'string' ? deny(role) : holds(index, user, object.namespace, role.rules, refused);
  })();
  if (escalation.decision === 'deny') return escalation;

  const invalid = roleRefChanged(object, existing) ?? whyInvalid(object);
  return invalid === undefined ? escalation : deny(`${object.kind}.${API_GROUP} ${goQuote(object.name)} is invalid: ${invalid}`);
}

/** Whether RBAC alone gives the user every wanted rule in the namespace (empty: everywhere). */
function holds(index: RbacIndex, user: User, namespace: string, wanted: readonly PolicyRule[], refused: string): WriteDecision {
  const held = rulesFor(index, user, namespace).map(({ rule }) => rule);
  const coverage = covers(held, wanted);
  if (coverage.covered) return allow('every rule is already held');
  const missing = compactAtoms(coverage.missing);
  const who = `user ${goQuote(user.name)} (groups=${goQuoteList(user.groups)})`;
  const lines = missing.map(compactText).join('\n');
  return {
    decision: 'deny',
    missing,
    reason: `${refused}${who} is attempting to grant RBAC permissions not currently held:\n${lines}`,
  };
}

/** An aggregation rule gathers anything, and taking one away can stop a tightening: both need full authority. */
function aggregates(object: Role, existing: Role | Binding | undefined): boolean {
  const before = existing !== undefined && isRole(existing) ? (existing.aggregation ?? []) : [];
  return (object.aggregation ?? []).length > 0 || before.length > 0;
}

function readOne(object: unknown): Role | Binding | undefined {
  const { roles, bindings, problems } = readRbacObjects([object]);
  // A part that cannot be read would be taken as granting nothing, which is no ground for an allow.
  return problems.length > 0 ? undefined : (roles[0] ?? bindings[0]);
}

function isRole(object: Role | Binding): object is Role {
  return object.kind === 'Role' || object.kind === 'ClusterRole';
}

function allow(reason: string): WriteDecision {
  return { decision: 'allow', missing: [], reason };
}

function deny(reason: string): WriteDecision {
  return { decision: 'deny', missing: [], reason };
}
