import { aggregate, readRbacObjects } from '../../../rules/rbac/index.ts';
import { field, type Json, sameJson, textAt, withField } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { Store } from './store.ts';

/**
 * Does the work of clusterrole-aggregation-controller: writes into each ClusterRole with an aggregationRule the rules of
 * those it selects (facts/eks.md §5.7). Called after each write of a ClusterRole.
 *
 * @param only names of the roles to write; all where it is absent. A role that a collected cluster came with is evidence of
 *   what stands there, and stays until something is written.
 */
export function aggregateRoles(store: Store, only?: ReadonlySet<string>): void {
  const kind = kindNamed('ClusterRole');
  const objects = store.list(kind, '');
  if (!objects.some((object) => field(object, 'aggregationRule') !== undefined)) return;
  for (const role of aggregate(readRbacObjects(objects).roles)) {
    if (role.aggregation === undefined || only?.has(role.name) === false) continue;
    const object = store.get(kind, '', role.name);
    const rules: readonly Json[] = role.rules.map((rule) => ({ ...rule }));
    if (object === undefined || sameJson(field(object, 'rules') ?? [], rules)) continue;
    if (textAt(object, 'metadata', 'deletionTimestamp') !== '') continue;
    store.put(kind, withField(object, 'rules', rules));
  }
}
