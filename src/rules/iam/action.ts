import { compileGlob, FALSE, globOf, not, or, TRUE, type Ways } from '../../base/index.ts';
import { type Effect, missingEvidence, openPoint, unjudgedGap } from './evidence.ts';
import type { Query } from './query.ts';
import type { IamFact, PolicyKind, StatementRef } from './types.ts';

/** An `Action` or `NotAction` element, compiled. */
export interface ActionElement {
  readonly not: boolean;
  readonly patterns: readonly ActionPattern[];
}

interface ActionPattern {
  readonly text: string;
  readonly matches: (action: string) => boolean;
  /** Legal or not, and with which meaning, is not confirmed: it may match, never surely. */
  readonly doubtful: boolean;
  /** IAM refuses to save it. */
  readonly invalid: boolean;
}

/** Compiles action patterns. Service prefix and name ignore case (IAM guide: reference_policies_elements_action). */
export function compileAction(not: boolean, values: readonly string[], kind: PolicyKind): ActionElement {
  return { not, patterns: values.map((value) => compileOne(value, kind)) };
}

function compileOne(text: string, kind: PolicyKind): ActionPattern {
  const lower = text.toLowerCase();
  const matches = compileGlob(globOf(lower));
  // "AssumeRole policy may only specify STS AssumeRole actions": whether * or sts:* pass is not confirmed.
  if (lower === '*') return { text, matches, doubtful: kind === 'trust', invalid: false };
  const [service = '', ...name] = lower.split(':');
  const invalid = name.length !== 1 || name[0] === '' || service === '';
  // A wildcard in the service prefix does not widen to other services, by a hint of Access Analyzer only.
  const doubtful = /[*?]/.test(service) || (kind === 'trust' && name[0] === '*');
  return { text, matches, doubtful, invalid };
}

/** Whether the element covers the action. An empty Action does nothing (Access Analyzer); of an empty NotAction nobody says. */
export function actionWays(element: ActionElement, query: Query, effect: Effect, ref: StatementRef): Ways<IamFact> {
  let covered: Ways<IamFact> = FALSE;
  for (const pattern of element.patterns) {
    if (pattern.invalid) {
      if (element.not) covered = or(covered, missingEvidence(unjudgedGap(ref, `what the action ${pattern.text} covers`), effect));
    } else if (pattern.matches(query.action)) {
      if (!pattern.doubtful) return element.not ? FALSE : TRUE;
      const where = ref.policy.kind === 'trust' ? 'in a trust policy ' : '';
      covered = or(covered, openPoint(`whether ${where}the action ${pattern.text.toLowerCase()} covers ${query.action}`, effect));
    }
  }
  if (element.not && element.patterns.length === 0)
    return missingEvidence(unjudgedGap(ref, 'what an empty NotAction covers'), effect);
  return element.not ? not(covered) : covered;
}
