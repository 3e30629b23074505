import { type Gap, unsettled, type Ways } from '../../base/index.ts';
import type { IamFact, MissingEvidence, PolicySource, StatementRef } from './types.ts';

/** What a statement would do. */
export type Effect = 'allows' | 'denies';

/** The formula "this evidence allows (or denies)". `detail` tells two questions to one gap apart. */
export function missingEvidence(gap: Gap, effect: Effect, detail = ''): Ways<IamFact> {
  const fact: MissingEvidence = {
    kind: 'missing',
    id: `${gap.id}${detail === '' ? '' : `:${detail}`}:${effect}`,
    gap,
    effect,
  };
  return unsettled<IamFact>(fact);
}

/** A gap for something that is there, but of which nobody can say what it means. `what` is a noun phrase. */
export function unjudgedGap(ref: StatementRef, what: string): Gap {
  const where = describeStatement(ref);
  return {
    kind: 'gap',
    id: `unjudged:${policyId(ref.policy)}#${ref.statement}:${what}`,
    state: 'unjudged',
    what: `${what} in ${where}`,
  };
}

/**
 * The formula "AWS reads it so", for a point that its documentation leaves open. It is one fact wherever it comes up: an
 * Allow and a Deny that hang on the same reading hang together.
 */
export function openPoint(what: string, effect: Effect): Ways<IamFact> {
  const id = `open-point:${what}`;
  return unsettled<IamFact>({ kind: 'missing', id, gap: { kind: 'gap', id, state: 'unjudged', what }, effect });
}

/** "statement 2 (DenyAll) of inline policy deploy", for sentences. */
export function describeStatement({ policy, statement, sid }: StatementRef): string {
  const name = sid === undefined || sid === '' ? `statement ${statement + 1}` : `statement ${statement + 1} ("${sid}")`;
  return `${name} of ${policy.name}`;
}

function policyId(source: PolicySource): string {
  const { origin } = source;
  if (origin === undefined) return source.arn ?? `${source.kind} ${source.name}`;
  const path = [...origin.path, ...(origin.nested?.path ?? [])].join('/');
  return `${source.arn ?? source.name}@${origin.file}/${path}`;
}
