import type { Attributes } from '../rbac/index.ts';
import type { AssociatedPolicy } from './types.ts';

/**
 * Whether a request lies in a policy's scope. A namespace scope is like a RoleBinding in each matching namespace: it
 * reaches no cluster-scoped resource and no path (facts §3.5). `unknown` where AWS does not say what the scope means.
 */
export function inScope(scope: AssociatedPolicy['scope'], attributes: Attributes): 'yes' | 'no' | 'unknown' {
  // EKS refuses a cluster scope that names namespaces, so such data is not what EKS holds.
  if (scope.type === 'cluster') return scope.namespaces.length === 0 ? 'yes' : 'unknown';
  if (scope.type !== 'namespace') return 'unknown';
  const namespace = namespaceOf(attributes);
  if (namespace === '') return 'no';
  const answers = scope.namespaces.map((pattern) => matchesNamespace(pattern, namespace));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

/**
 * Whether a scope's namespace covers a namespace: exactly, or by a trailing `*` (EKS user guide access-policies). What a
 * `*` elsewhere means is not documented: `unknown`, unless the text could not match however it is read.
 *
 * @example matchesNamespace('dev-*', 'dev-a') // 'yes'
 */
export function matchesNamespace(pattern: string, namespace: string): 'yes' | 'no' | 'unknown' {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === namespace ? 'yes' : 'no';
  if (star === pattern.length - 1) return namespace.startsWith(pattern.slice(0, -1)) ? 'yes' : 'no';
  return couldMatch(pattern.split('*'), namespace) ? 'unknown' : 'no';
}

/** Whether the pieces occur in a text in order, the first at its start and the last at its end: what a `*` between them can mean at most. */
export function couldMatch(pieces: readonly string[], text: string): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= text.length - last.length;
}

/** A request for one namespace carries that namespace as its own (kubernetes requestinfo.go; facts §5.3). */
function namespaceOf(attributes: Attributes): string {
  if ('path' in attributes) return '';
  if (attributes.namespace !== undefined && attributes.namespace !== '') return attributes.namespace;
  return attributes.apiGroup === '' && attributes.resource === 'namespaces' ? (attributes.name ?? '') : '';
}
