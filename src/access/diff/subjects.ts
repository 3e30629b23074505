import { TRUE, unsettled } from '../../base/index.ts';
import type { Cluster } from '../../inventory/index.ts';
import { FULL_AUTHORITY, type RbacIndex } from '../../rules/rbac/index.ts';
import { compileClusterRbac, missingAllow, versionOf } from '../cluster.ts';
import { atomsOf } from './atom-set.ts';
import type { Pair } from './clusters.ts';
import type { Holding } from './compare.ts';
import { boundTo } from './held.ts';

/** Users and groups that bindings name, with what these give them on each side, where it is not the same. */
export interface SubjectHoldings {
  /** `User:NAME` or `Group:NAME`. */
  readonly principal: string;
  readonly before: readonly Holding[];
  readonly after: readonly Holding[];
}

/**
 * Users and groups of Kubernetes whose bindings give them another thing than before, whoever they are: people with certificates,
 * service accounts, members of a group by another authenticator.
 */
export function subjectsBoundOtherwise(pair: Pair): readonly SubjectHoldings[] {
  // What one side does not show of its bindings may be anything: that is a gap and no difference.
  if (pair.some((cluster) => cluster !== undefined && cluster.rbac().state !== 'collected')) return [];
  const [old, fresh] = pair.map(indexOf);
  if (old === fresh) return [];
  const perhaps = pair.map(everythingPerhaps);
  const out: SubjectHoldings[] = [];
  for (const kind of ['users', 'groups'] as const) {
    for (const name of new Set([...(old?.[kind].keys() ?? []), ...(fresh?.[kind].keys() ?? [])])) {
      if (old !== undefined && fresh !== undefined && isUntouched(old, fresh, kind, name)) continue;
      const principal = `${kind === 'users' ? 'User' : 'Group'}:${name}`;
      const [before, after] = [old, fresh].map((index, i) => [...holdings(index, kind, name), ...(perhaps[i] ?? [])]);
      out.push({ principal, before: before ?? [], after: after ?? [] });
    }
  }
  return out;
}

function indexOf(cluster: Cluster | undefined): RbacIndex | undefined {
  const rbac = cluster?.rbac();
  if (cluster === undefined || rbac?.state !== 'collected') return undefined;
  return compileClusterRbac(rbac.value, versionOf(cluster)).index;
}

/** A kind of object that the files lack may hold whatever. */
function everythingPerhaps(cluster: Cluster | undefined): readonly Holding[] {
  const rbac = cluster?.rbac();
  const gaps = rbac?.state === 'collected' ? rbac.value.gaps : [];
  const set = atomsOf(FULL_AUTHORITY);
  return gaps.map((gap) => ({ scope: '', set, ways: unsettled(missingAllow(gap)), via: [] }));
}

/** The very same bindings and roles on both sides. */
function isUntouched(old: RbacIndex, fresh: RbacIndex, kind: 'users' | 'groups', name: string): boolean {
  const [a, b] = [old[kind].get(name), fresh[kind].get(name)];
  const [one, other] = [a, b].map((bound) => [...(bound?.cluster ?? []), ...[...(bound?.namespaces.values() ?? [])].flat()]);
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  return one.every((each, i) => each.binding === other[i]?.binding && each.role === other[i]?.role);
}

function holdings(index: RbacIndex | undefined, kind: 'users' | 'groups', name: string): readonly Holding[] {
  if (index === undefined) return [];
  const bound = kind === 'users' ? boundTo(index, name, []) : boundTo(index, '', [name]);
  return bound.map((held) => ({ ...held, ways: TRUE, via: [] }));
}
