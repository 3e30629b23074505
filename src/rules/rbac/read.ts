import type { Origin } from '../../base/index.ts';
import type { RbacProblem } from './problem.ts';
import { type FieldReader, reader } from './read-fields.ts';
import type { Binding, LabelSelector, PolicyRule, Role, Subject } from './types.ts';

/** Roles and bindings as they stand in Kubernetes objects, and what could not be used of them. */
export interface RbacReading {
  readonly roles: readonly Role[];
  readonly bindings: readonly Binding[];
  readonly problems: readonly RbacProblem[];
}

type Kind = Role['kind'] | Binding['kind'];

const KINDS: ReadonlySet<string> = new Set<Kind>(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

/**
 * Reads Role, ClusterRole, RoleBinding and ClusterRoleBinding out of parsed Kubernetes objects; others are passed over.
 *
 * Lists (`v1 List`, `RoleList`, …) are read through. Null or absent `rules` and `subjects` are empty. What is not of
 * the type that Kubernetes takes becomes a problem, and the smallest part around it grants nothing: a bad
 * `resourceNames` takes its whole rule with it, since without it the rule would grant more. Never throws. Of two
 * objects with one name the later stands, as when both are applied. `origin` says where an object stands.
 *
 * @example readRbacObjects([{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' }, rules: null }])
 */
export function readRbacObjects(objects: readonly unknown[], origin?: (index: number) => Origin): RbacReading {
  const roles = new Map<string, Role>();
  const bindings = new Map<string, Binding>();
  const problems: RbacProblem[] = [];

  const read = (value: unknown, object: number, path: readonly (string | number)[], listed: Listed | undefined): void => {
    if (!isRecord(value)) return;
    const kind = value.kind ?? listed?.kind;
    const apiVersion = value.apiVersion ?? listed?.apiVersion;
    if (typeof kind !== 'string' || typeof apiVersion !== 'string') return;
    if (kind.endsWith('List') && (apiVersion === 'v1' || isRbac(apiVersion))) {
      // Lists hardly ever hold lists; a file that nests them without end is not followed.
      if (!Array.isArray(value.items) || path.length > 16) return;
      // The API's own lists (RoleList) leave kind and apiVersion out of their items.
      const own = kind === 'List' ? undefined : { kind: kind.slice(0, -'List'.length), apiVersion };
      value.items.forEach((item, i) => {
        read(item, object, [...path, 'items', i], own);
      });
      return;
    }
    if (!KINDS.has(kind) || !isRbac(apiVersion)) return;
    const at = origin?.(object);
    const here = at === undefined ? undefined : { ...at, path: [...at.path, ...path] };
    const fields = reader(kind, object, path, here, problems);
    const head = fields.head(value.metadata, kind === 'Role' || kind === 'RoleBinding');
    if (head === undefined) return;
    const key = `${kind}/${head.namespace}/${head.name}`;
    const place = here === undefined ? {} : { origin: here };
    if (kind === 'Role' || kind === 'ClusterRole') {
      const rules: readonly PolicyRule[] = fields.rules(value.rules);
      const aggregation: readonly LabelSelector[] | undefined =
        kind === 'ClusterRole' ? fields.aggregation(value.aggregationRule) : undefined;
      keep(roles, key, { kind, ...head, rules, ...(aggregation === undefined ? {} : { aggregation }), ...place }, fields);
    } else if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
      const roleRef = fields.roleRef(value.roleRef);
      const subjects: readonly Subject[] = fields.subjects(value.subjects);
      const { labels, ...named } = head;
      const marked = Object.keys(labels).length === 0 ? named : { ...named, labels };
      if (roleRef === undefined) bindings.delete(key);
      else keep(bindings, key, { kind, ...marked, roleRef, subjects, ...place }, fields);
    }
  };

  objects.forEach((value, object) => {
    read(value, object, [], undefined);
  });
  return { roles: [...roles.values()], bindings: [...bindings.values()], problems };
}

/** The last of one name stands; two dumps that overlap say the same twice, which is no problem. */
function keep<T extends Role | Binding>(map: Map<string, T>, key: string, object: T, fields: FieldReader): void {
  const before = map.get(key);
  const said = (each: T): string => JSON.stringify({ ...each, annotations: undefined, origin: undefined });
  if (before !== undefined && said(before) !== said(object)) {
    fields.problem('duplicate', [], 'stands more than once, and not the same; the last one counts');
  }
  map.delete(key);
  map.set(key, object);
}

interface Listed {
  readonly kind: string;
  readonly apiVersion: string;
}

function isRbac(apiVersion: string): boolean {
  return apiVersion.startsWith('rbac.authorization.k8s.io/');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
