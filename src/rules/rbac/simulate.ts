import type { AggregationReading } from './aggregate.ts';
import { authorize } from './authorize.ts';
import { compileRbac, type RbacIndex } from './compile.ts';
import { withDefaults } from './defaults/with-defaults.ts';
import { forbidden } from './forbidden.ts';
import type { RbacProblem } from './problem.ts';
import { readRbacObjects } from './read.ts';
import type { Attributes, PolicyRule, User } from './types.ts';
import { mayWrite, type Write } from './write.ts';

/** The answer to one line. */
export interface Simulated {
  readonly decision: 'allow' | 'deny';
  readonly reason: string;
  /** For a refused escalation, the rules that the user does not hold. */
  readonly missing?: readonly PolicyRule[];
}

/** Judges the access policies of a line, in the form the line has them; this room knows nothing of them. */
export type AccessPolicyAllows = (
  accessPolicies: readonly unknown[],
  attributes: Attributes,
  line: Readonly<Record<string, unknown>>,
) => boolean;

/**
 * Judges one line of the kind `rbac`: `objects`, `user`, `groups`, `verb`, `request`, and, where they are there,
 * `defaults` (Kubernetes' own roles exist beside the objects) and `aggregation` (`asListed` unless it says `reconciled`).
 *
 * Throws an Error that names the field when the line is not of that form.
 */
export function simulateRbac(line: unknown): Simulated {
  const fields = record(line, 'the line');
  const index = indexOf(fields);
  const user = userOf(fields);
  const attributes = requestOf(fields);
  const decision = authorize(index, user, attributes);
  if (decision.decision === 'allow') return { decision: 'allow', reason: decision.reason };
  return { decision: 'deny', reason: forbidden(user.name, attributes, decision.reason) };
}

/**
 * Judges one line of the kind `escalation`: may `user` with `groups` create or update (`operation`) the Role or binding
 * `object`? `existing` is the stored one; `objects`, `defaults` and `aggregation` as in the kind `rbac`; `accessPolicies`
 * are held beside RBAC and judged by `accessPolicyAllows`.
 *
 * Throws an Error that names the field when the line is not of that form.
 */
export function simulateEscalation(line: unknown, accessPolicyAllows?: AccessPolicyAllows): Simulated {
  const fields = record(line, 'the line');
  const policies = list(fields.accessPolicies ?? [], 'accessPolicies');
  if (policies.length > 0 && accessPolicyAllows === undefined) throw new Error('accessPolicies: cannot be judged here');
  const operation = fields.operation;
  if (operation !== 'create' && operation !== 'update') throw new Error('operation: must be "create" or "update"');
  const object = writable(fields.object, 'object');
  const existing = fields.existing ?? undefined;
  const write: Write = {
    operation,
    object,
    ...(existing === undefined ? {} : { existing: writable(existing, 'existing') }),
    ...(policies.length === 0 || accessPolicyAllows === undefined
      ? {}
      : { otherAuthorizer: (attributes) => accessPolicyAllows(policies, attributes, fields) }),
  };
  const { decision, reason, missing } = mayWrite(indexOf(fields), userOf(fields), write);
  return { decision, reason, ...(missing.length === 0 ? {} : { missing }) };
}

type Fields = Readonly<Record<string, unknown>>;

function indexOf(fields: Fields): RbacIndex {
  const objects = list(fields.objects ?? [], 'objects');
  for (const [i, object] of objects.entries()) record(object, `objects[${i}]`);
  const { roles, bindings, problems } = readRbacObjects(objects);
  refuseWrongTypes(problems, (index) => `objects[${index}]`);
  const aggregation = aggregationOf(fields.aggregation ?? 'asListed');
  const defaults = fields.defaults ?? false;
  if (typeof defaults !== 'boolean') throw new Error('defaults: must be true or false');
  const world = defaults ? withDefaults(roles, bindings, { aggregation }) : { roles, bindings };
  return compileRbac(world.roles, world.bindings, { aggregation });
}

/** No API server could hold an object with a field of a wrong type, so the line does not say what its author meant. */
function refuseWrongTypes(problems: readonly RbacProblem[], name: (object: number) => string): void {
  const wrong = problems.find(({ code }) => code === 'wrong-type');
  if (wrong !== undefined) throw new Error(`${name(wrong.object)}: ${wrong.message}`);
}

/** The role or binding of a field, as it stands. */
function writable(value: unknown, field: string): Fields {
  const object = record(value, field);
  const { roles, bindings, problems } = readRbacObjects([object]);
  refuseWrongTypes(problems, () => field);
  if (problems.length > 0 || roles.length + bindings.length === 1) return object;
  throw new Error(`${field}: must be one Role, ClusterRole, RoleBinding or ClusterRoleBinding of rbac.authorization.k8s.io`);
}

function aggregationOf(value: unknown): AggregationReading {
  if (value === 'asListed' || value === 'reconciled') return value;
  throw new Error('aggregation: must be "asListed" or "reconciled"');
}

function userOf(fields: Fields): User {
  const groups = list(fields.groups ?? [], 'groups').map((group, i) => text(group, `groups[${i}]`));
  return { name: text(fields.user, 'user'), groups };
}

function requestOf(fields: Fields): Attributes {
  const verb = text(fields.verb, 'verb');
  const request = record(fields.request, 'request');
  if (request.path !== undefined) return { verb, path: text(request.path, 'request.path') };
  const optional = (key: 'subresource' | 'name' | 'namespace'): Partial<Record<typeof key, string>> => {
    const value = request[key];
    return value === undefined || value === null ? {} : { [key]: text(value, `request.${key}`) };
  };
  return {
    verb,
    apiGroup: text(request.apiGroup, 'request.apiGroup'),
    resource: text(request.resource, 'request.resource'),
    ...optional('subresource'),
    ...optional('name'),
    ...optional('namespace'),
  };
}

function record(value: unknown, field: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.fromEntries(Object.entries(value));
  throw new Error(`${field}: must be an object`);
}

function list(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${field}: must be a list`);
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${field}: must be a string`);
}
