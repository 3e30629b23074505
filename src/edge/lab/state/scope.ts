/** The scope of an account's documents. */
export function accountScope(id: string): string {
  return `account:${id}`;
}

/** The scope of a cluster's documents. */
export function clusterScope(arn: string): string {
  return `cluster:${arn}`;
}

/** The scope of the objects of a cluster's Kubernetes API. */
export function objectScope(arn: string): string {
  return `objects:${arn}`;
}

/** The scope of the organizations' files. */
export const FILES = 'files';

/** What the lab keeps of itself. */
export const LAB = 'lab';

/** The ids of the accounts that a lab plays, from the scopes of its store. */
export function accountsIn(scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) => (scope.startsWith('account:') ? [scope.slice('account:'.length)] : []));
}

/** The ARNs of the clusters that a lab plays. */
export function clustersIn(scopes: readonly string[]): readonly string[] {
  return scopes.flatMap((scope) => (scope.startsWith('cluster:') ? [scope.slice('cluster:'.length)] : []));
}
