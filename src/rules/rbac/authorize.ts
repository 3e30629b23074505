import type { Bound, BoundRole, RbacIndex } from './compile.ts';
import { goAggregate, goQuote } from './go-text.ts';
import { firstAllowing } from './match.ts';
import { firstSubject } from './subject.ts';
import type { Attributes, Binding, PolicyRule, RbacDecision, Subject, User } from './types.ts';

/** The group that a privileged-group authorizer lets through before RBAC is asked (facts/eks.md §5.5). */
export const SYSTEM_MASTERS = 'system:masters';

/** A rule that a user holds, with where it comes from. */
export interface HeldRule {
  readonly rule: PolicyRule;
  /** Its place in the role. */
  readonly index: number;
  readonly bound: BoundRole;
}

/**
 * Says whether RBAC lets this user make this request, and by which rule.
 *
 * ClusterRoleBindings are asked first, then, if the request has a namespace, the RoleBindings there. A role that does
 * not exist grants nothing and is reported, but is never a denial. The reason of a deny is empty unless roles are
 * missing: RBAC has no opinion then, and `forbidden` makes the sentence that a client sees.
 * Source: facts/eks.md §5.3 and §5.5; kubernetes v1.32.10 rbac.go Authorize, validation/rule.go VisitRulesFor.
 */
export function authorize(index: RbacIndex, user: User, attributes: Attributes): RbacDecision {
  const namespace = 'path' in attributes ? '' : (attributes.namespace ?? '');
  if (user.groups.includes(SYSTEM_MASTERS)) {
    return {
      decision: 'allow',
      masters: true,
      missingRoles: [],
      reason: `group ${goQuote(SYSTEM_MASTERS)} is allowed everything before RBAC is asked`,
    };
  }
  const all = boundTo(index, user);
  const missingRoles = missing(all, namespace);
  let best = firstMatch(
    all.map((bound) => bound.cluster),
    attributes,
  );
  if (best === undefined && namespace !== '') {
    best = firstMatch(
      all.map((bound) => bound.namespaces.get(namespace) ?? []),
      attributes,
    );
  }
  const subject = best === undefined ? undefined : firstSubject(best.bound.binding, user);
  if (best?.bound.role !== undefined && subject !== undefined) {
    const { binding, role } = best.bound;
    const reason = `RBAC: allowed by ${describe(binding, subject)}`;
    return { decision: 'allow', by: { binding, role, rule: best.rule, subject }, missingRoles, reason };
  }
  return { decision: 'deny', missingRoles, reason: missingRoles.length === 0 ? '' : `RBAC: ${goAggregate(missingRoles)}` };
}

/**
 * Every rule that RBAC gives a user in a namespace (empty: cluster-wide alone), in the order of the bindings.
 *
 * `system:masters` is not looked at: what that group may do stands in no rule.
 * Source: kubernetes v1.32.10 validation/rule.go RulesFor.
 */
export function rulesFor(index: RbacIndex, user: User, namespace: string): readonly HeldRule[] {
  const all = boundTo(index, user);
  const inOrder = (lists: readonly (readonly BoundRole[])[]): readonly BoundRole[] =>
    [...new Set(lists.flat())].sort((a, b) => a.position - b.position);
  const bounds = [
    ...inOrder(all.map((bound) => bound.cluster)),
    ...(namespace === '' ? [] : inOrder(all.map((bound) => bound.namespaces.get(namespace) ?? []))),
  ];
  return bounds.flatMap((bound) => (bound.role?.rules ?? []).map((rule, at) => ({ rule, index: at, bound })));
}

/** A binding as Kubernetes describes it: `RoleBinding "b/ns" of ClusterRole "edit" to User "mira"`. */
export function describe(binding: Binding, subject: Subject): string {
  const at = binding.kind === 'RoleBinding' ? `${binding.name}/${binding.namespace}` : binding.name;
  return `${binding.kind} ${goQuote(at)} of ${binding.roleRef.kind} ${goQuote(binding.roleRef.name)} to ${describeSubject(subject, binding)}`;
}

function describeSubject(subject: Subject, binding: Binding): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind} ${goQuote(subject.name)}`;
  const namespace = subject.namespace === undefined || subject.namespace === '' ? binding.namespace : subject.namespace;
  return `${subject.kind} ${goQuote(`${subject.name}/${namespace}`)}`;
}

/** The first listed binding that allows, of several lists that are each in order. */
function firstMatch(
  lists: readonly (readonly BoundRole[])[],
  attributes: Attributes,
): { readonly bound: BoundRole; readonly rule: number } | undefined {
  let best: { readonly bound: BoundRole; readonly rule: number } | undefined;
  for (const list of lists) {
    for (const bound of list) {
      if (best !== undefined && bound.position >= best.bound.position) break;
      const rule = firstAllowing(bound.rules, attributes);
      if (rule < 0) continue;
      best = { bound, rule };
      break;
    }
  }
  return best;
}

function boundTo(index: RbacIndex, user: User): readonly Bound[] {
  const all: Bound[] = [];
  const own = index.users.get(user.name);
  if (own !== undefined) all.push(own);
  for (const group of user.groups) {
    const shared = index.groups.get(group);
    if (shared !== undefined) all.push(shared);
  }
  return all;
}

function missing(all: readonly Bound[], namespace: string): readonly string[] {
  const texts = new Set<string>();
  const collect = (list: readonly BoundRole[] | undefined): void => {
    for (const bound of list ?? []) if (bound.missing !== undefined) texts.add(bound.missing);
  };
  for (const bound of all) {
    collect(bound.cluster);
    if (namespace !== '') collect(bound.namespaces.get(namespace));
  }
  return [...texts];
}
