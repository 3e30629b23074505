import type { Answer, Hop, OpenCondition, Reason, Remedy } from '../../access/index.ts';
import type { Gap } from '../../base/index.ts';
import type { Evidence } from '../../inventory/index.ts';
import type { StatementRef } from '../../rules/iam/index.ts';
import type { Exit } from '../exit.ts';
import { type Locate, originOf } from '../positions.ts';
import type { CanIOutput } from './can-i.ts';
import type { PlanOutput } from './plan.ts';

/** Evidence that was read in place of accounts (shape: parts.ts). */
export function evidenceData(evidence: readonly Evidence[]): PlanOutput['evidence'] {
  return evidence.map(({ account, collectedAt, as }) => ({
    account,
    ...(collectedAt === undefined ? {} : { collectedAt }),
    ...(as === undefined ? {} : { as }),
  }));
}

/** An answer as `-o json` prints it (shape: can-i.ts). */
export function canIData(answer: Answer, exitCode: Exit, locate: Locate): CanIOutput {
  return {
    apiVersion: 'causeway.dev/v1alpha1',
    kind: 'CanIAnswer',
    decision: answer.decision,
    ...(answer.wouldBe === undefined ? {} : { wouldBe: answer.wouldBe }),
    firm: answer.firm,
    exitCode,
    headline: answer.headline,
    caller: answer.caller,
    cluster: answer.cluster,
    request: { ...answer.request },
    hops: answer.hops.map((hop) => hopData(hop, locate)),
    conditions: answer.conditions.map((condition) => conditionData(condition, locate)),
    gaps: answer.gaps.map(gapData),
    assumptions: [...answer.assumptions],
    beside: answer.beside.map(({ kind, verdict, text }) => ({ kind, verdict, text })),
    notes: answer.notes.map((note) => reasonData(note, locate)),
    ...(answer.remedy === undefined ? {} : { remedy: remedyData(answer.remedy, locate) }),
    ...(answer.pathsTried === undefined ? {} : { pathsTried: answer.pathsTried }),
    alternatives: answer.alternatives,
  };
}

function hopData({ number, kind, from, to, verdict, reasons }: Hop, locate: Locate): CanIOutput['hops'][number] {
  return { number, kind, from, to, verdict, reasons: reasons.map((reason) => reasonData(reason, locate)) };
}

function reasonData(reason: Reason, locate: Locate): CanIOutput['notes'][number] {
  return {
    text: reason.text,
    role: reason.role,
    ...(reason.origin === undefined ? {} : { at: locate(reason.origin) }),
    ...(reason.statement === undefined ? {} : { statement: statementData(reason.statement, locate) }),
  };
}

function conditionData(
  { hop, key, kind, text, example, statement }: OpenCondition,
  locate: Locate,
): CanIOutput['conditions'][number] {
  return { hop, key, kind, text, ...(example === undefined ? {} : { example }), statement: statementData(statement, locate) };
}

function statementData(ref: StatementRef, locate: Locate): CanIOutput['conditions'][number]['statement'] {
  const { name, arn, kind } = ref.policy;
  const origin = originOf(ref);
  return {
    policy: name,
    ...(arn === undefined ? {} : { arn }),
    kind,
    index: ref.statement,
    ...(ref.sid === undefined ? {} : { sid: ref.sid }),
    ...(origin === undefined ? {} : { at: locate(origin) }),
  };
}

function remedyData(it: Remedy, locate: Locate): NonNullable<CanIOutput['remedy']> {
  return {
    steps: it.steps.map(({ owner, text, command, change }) => ({ owner, text, command, change })),
    proven: it.proven,
    after: it.after,
    conditions: it.conditions.map((condition) => conditionData(condition, locate)),
    gains: [...it.gains],
    ...(it.grant === undefined ? {} : { grant: it.grant }),
  };
}

/** A gap as data. */
export function gapData({ id, state, what, side, command }: Gap): CanIOutput['gaps'][number] {
  return { id, state, what, ...(side === undefined ? {} : { side }), ...(command === undefined ? {} : { command }) };
}
