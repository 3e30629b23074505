import { compileGlob, FALSE, globOf, or, TRUE, type Ways } from '../../base/index.ts';
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
  // "AssumeRole policy may only specify STS AssumeRole actions": whether * or sts:* pass is not confirmed. A resource control
  // policy takes no lone * (Organizations guide: RCP syntax).
  if (lower === '*') return { text, matches, doubtful: kind === 'trust' || kind === 'rcp', invalid: false };
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
    // A pattern that is no action allows nothing, and may spoil a Deny or a NotAction: no document holds it that IAM took.
    if (pattern.invalid ? !element.not && effect === 'allows' : !pattern.matches(query.action)) continue;
    if (!pattern.invalid && !pattern.doubtful) return element.not ? FALSE : TRUE;
    covered = or(covered, doubtWays(element, pattern, query, effect, ref));
  }
  if (element.not && element.patterns.length === 0)
    return missingEvidence(unjudgedGap(ref, 'what an empty NotAction covers'), effect);
  return element.not && covered === FALSE ? TRUE : covered;
}

/** What an Action covers is one question wherever it is asked; what AWS makes of a NotAction is one of each statement. */
function doubtWays(
  { not }: ActionElement,
  { text }: ActionPattern,
  { action }: Query,
  effect: Effect,
  ref: StatementRef,
): Ways<IamFact> {
  if (not) return missingEvidence(unjudgedGap(ref, `what the action ${text} covers`), effect);
  const where = ref.policy.kind === 'trust' ? 'in a trust policy ' : '';
  return openPoint(`whether ${where}the action ${text.toLowerCase()} covers ${action}`, effect);
}
