import type { WhoAmI } from '../../access/index.ts';
import { distinctGaps } from '../../base/index.ts';
import type { Exit } from '../exit.ts';
import type { Locate } from '../positions.ts';
import { gapData } from './render.ts';
import type { WhoamiOutput } from './whoami.ts';

/** The answer of whoami as `-o json` prints it (shape: whoami.ts). */
export function whoamiData({ caller, canonical, cluster, mapping }: WhoAmI, exitCode: Exit, locate: Locate): WhoamiOutput {
  const at = (origin: Parameters<Locate>[0] | undefined) => (origin === undefined ? {} : { at: locate(origin) });
  const policies = mapping.policies.state === 'collected' ? mapping.policies.value : [];
  const gaps = mapping.policies.state === 'collected' ? mapping.gaps : [...mapping.gaps, mapping.policies.gap];
  return {
    apiVersion: 'causeway.dev/v1alpha1',
    kind: 'WhoamiAnswer',
    caller,
    canonical,
    cluster,
    result: mapping.result,
    username: mapping.username,
    groups: [...mapping.groups],
    by: mapping.by,
    ...at(mapping.origin),
    reason: mapping.reason,
    policies: policies.map(({ policyArn, scope, origin }) => ({
      policyArn,
      scope: scope.type,
      namespaces: [...scope.namespaces],
      ...at(origin),
    })),
    notes: mapping.notes.map(({ code, text, origin }) => ({ code, text, ...at(origin) })),
    gaps: distinctGaps(gaps).map(gapData),
    exitCode,
  };
}
