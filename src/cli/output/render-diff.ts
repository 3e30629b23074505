import type { AccessChange, AccessDiff } from '../../access/index.ts';
import { compactAtoms } from '../../rules/rbac/index.ts';
import type { AccessDiffOutput } from './diff.ts';
import { gapData } from './render.ts';

/** The access diff as `-o json` prints it (shape: diff.ts); atoms are put together into rules. */
export function accessDiffData(
  { changes, gaps }: AccessDiff,
  about: Pick<AccessDiffOutput, 'old' | 'new' | 'exitCode'>,
): AccessDiffOutput {
  const { exitCode, ...folders } = about;
  return {
    apiVersion: 'causeway.dev/v1alpha1',
    kind: 'AccessDiff',
    ...folders,
    changes: changes.map(changeData),
    gaps: gaps.map(gapData),
    exitCode,
  };
}

function changeData(change: AccessChange): AccessDiffOutput['changes'][number] {
  const { clusterArn, kind, principal, scope, certainty, otherwise } = change;
  return {
    cluster: clusterArn,
    kind,
    principal,
    scope,
    gained: rulesOf(change.gained),
    lost: rulesOf(change.lost),
    certainty,
    otherwise,
    conditions: change.conditions.map(({ hop, key, kind, text, example }) => ({
      hop,
      key,
      kind,
      text,
      ...(example === undefined ? {} : { example }),
    })),
    gaps: change.gaps.map(gapData),
    via: [...change.via],
    powers: change.powers.map(({ code, text }) => ({ code, text })),
  };
}

function rulesOf(atoms: AccessChange['gained']): AccessDiffOutput['changes'][number]['gained'] {
  return compactAtoms(atoms).map(({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) => ({
    ...(apiGroups === undefined ? {} : { apiGroups: [...apiGroups] }),
    ...(resources === undefined ? {} : { resources: [...resources] }),
    ...(resourceNames === undefined ? {} : { resourceNames: [...resourceNames] }),
    ...(nonResourceURLs === undefined ? {} : { nonResourceURLs: [...nonResourceURLs] }),
    verbs: [...verbs],
  }));
}
