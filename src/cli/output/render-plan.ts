import { openGaps, type Plan } from '../../grants/index.ts';
import type { Evidence } from '../../inventory/index.ts';
import type { Exit } from '../exit.ts';
import type { PlanOutput } from './plan.ts';
import { evidenceData, gapData } from './render.ts';

/** A plan as `-o json` prints it (shape: plan.ts). */
export function planData(
  { file, steps, diff, lockOuts, refusals, warnings, ...open }: Plan,
  exitCode: Exit,
  evidence: readonly Evidence[],
): PlanOutput {
  return {
    apiVersion: 'causeway.dev/v1alpha1',
    kind: 'Plan',
    file,
    exitCode,
    steps: steps.map(({ id, verb, state, replace, account, grant, resource, present, after, notes }) => ({
      id,
      verb,
      state,
      ...(replace === undefined ? {} : { replace }),
      account,
      grant,
      resource: { ...resource },
      ...(present === undefined ? {} : { present: { ...present } }),
      after: [...after],
      notes: [...notes],
    })),
    diff: {
      changes: diff.changes.map(
        ({ clusterArn, kind, principal, scope, gained, lost, certainty, otherwise, conditions, gaps: unknown, via, powers }) => ({
          clusterArn,
          kind,
          principal,
          scope,
          gained: gained.map((atom) => ({ ...atom })),
          lost: lost.map((atom) => ({ ...atom })),
          certainty,
          otherwise,
          gaps: unknown.map(gapData),
          powers: powers.map((power) => ({ ...power })),
          conditions: conditions.map(({ key, text }) => ({ key, text })),
          via: [...via],
        }),
      ),
      gaps: diff.gaps.map(gapData),
    },
    lockOuts: lockOuts.map(({ clusterArn, who, principal, text, steps: by }) => ({
      clusterArn,
      who,
      ...(principal === undefined ? {} : { principal }),
      text,
      steps: [...by],
    })),
    refusals: refusals.map((note) => ({ ...note })),
    warnings: warnings.map((note) => ({ ...note })),
    gaps: openGaps(open).map(gapData),
    evidence: evidenceData(evidence),
  };
}
