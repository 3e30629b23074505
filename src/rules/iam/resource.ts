import { compileGlob, FALSE, type Glob, globOf, literalOf, or, TRUE, type Ways } from '../../base/index.ts';
import { compileSegments, hasPlainService, isEverything, type Segments, splitGlob } from './arn-pattern.ts';
import { conditionFact } from './condition-fact.ts';
import { type Effect, missingEvidence, unjudgedGap } from './evidence.ts';
import type { Query } from './query.ts';
import type { IamFact, StatementRef } from './types.ts';
import { NO_VALUE, readTemplate, resolveTemplate, SEVERAL, solveFor, type Template, templateText } from './variables.ts';

/** A `Resource` or `NotResource` element, compiled. */
export interface ResourceElement {
  readonly not: boolean;
  readonly patterns: readonly ResourcePattern[];
}

interface ResourcePattern {
  readonly text: string;
  readonly everything: boolean;
  /** The first five segments, or all that there are; the whole pattern when it has no variable. */
  readonly segments: (segments: Segments) => boolean | undefined;
  /** The last segment, when variables stand in it. */
  readonly tail: Template | undefined;
  /** Not in a form that IAM accepts, so it may match, never surely. */
  readonly doubtful: boolean;
  /** Of a doubtful pattern: whether any reading of it could cover a resource (given in lower case). */
  readonly mayCover: (resource: string) => boolean;
}

/** Compiles resource patterns; `resolves`: the policy's Version knows variables, which stand after the fifth colon only. */
export function compileResource(not: boolean, values: readonly string[], resolves: boolean): ResourceElement {
  return { not, patterns: values.map((value) => compileOne(value, resolves)) };
}

function compileOne(text: string, resolves: boolean): ResourcePattern {
  const fields = text.split(':');
  const last = fields.slice(5).join(':');
  const tail = readTemplate(last, resolves, true);
  const head = readTemplate(fields.slice(0, 5).join(':'), false, true)?.settled ?? [];
  const withVariables = tail?.settled === undefined;
  const settledTail: Glob = tail?.settled ?? [];
  const short = fields.length < 6;
  const whole: Glob = short ? head : [...head, 58, ...(withVariables ? [-1] : settledTail)];
  const doubtful = short || !hasPlainService(splitGlob(whole)) || tail === undefined || /\$\{/.test(fields.slice(0, 5).join(':'));
  return {
    text,
    everything: isEverything(whole),
    segments: compileSegments(whole),
    tail: withVariables ? tail : undefined,
    doubtful,
    mayCover: doubtful ? compileGlob(globOf(`${text.toLowerCase()}${short ? '*' : ''}`)) : () => false,
  };
}

/** Whether the element covers the resource. An empty Resource does nothing (Access Analyzer); of an empty NotResource nobody says. */
export function resourceWays(element: ResourceElement, query: Query, effect: Effect, ref: StatementRef): Ways<IamFact> {
  const { not } = element;
  let ways: Ways<IamFact> = FALSE;
  for (const pattern of element.patterns) {
    const here = patternWays(pattern, query, effect, ref, not);
    if (here === TRUE) return not ? FALSE : TRUE;
    if (here !== FALSE) {
      // Of an exception that nobody can judge only the doubt remains.
      if (not) return missingEvidence(unjudgedGap(ref, `whether NotResource ${pattern.text} excepts ${query.resource}`), effect);
      ways = or(ways, here);
    }
  }
  if (!not) return ways;
  if (element.patterns.length > 0) return TRUE;
  return missingEvidence(unjudgedGap(ref, 'what an empty NotResource covers'), effect);
}

function patternWays(pattern: ResourcePattern, query: Query, effect: Effect, ref: StatementRef, not: boolean): Ways<IamFact> {
  if (pattern.everything) return TRUE;
  const doubt = () => missingEvidence(unjudgedGap(ref, `what the resource ${pattern.text} covers`), effect);
  // In NotResource a form that IAM refuses must not look like "excepts nothing".
  if (pattern.doubtful && not) return doubt();
  const { segments } = query;
  if (segments === undefined) return FALSE;
  if (pattern.segments(segments) === false) {
    // A Deny in a form that no document of IAM has must not be read as one that spares.
    return effect === 'denies' && pattern.mayCover(query.resource.toLowerCase()) ? doubt() : FALSE;
  }
  if (pattern.doubtful) return doubt();
  if (pattern.tail === undefined) return TRUE;
  return tailWays(pattern, pattern.tail, query, effect, ref);
}

/** A variable without a value makes the pattern match nothing (IAM guide: policy variables with no value). */
function tailWays(pattern: ResourcePattern, tail: Template, query: Query, effect: Effect, ref: StatementRef): Ways<IamFact> {
  const given = query.segments?.[5] ?? '';
  const resolved = resolveTemplate(tail, query.context);
  if (resolved === NO_VALUE) return FALSE;
  if ('glob' in resolved) {
    if (compileGlob(resolved.glob)(given)) return TRUE;
    if (resolved.doubtful === undefined || !compileGlob(resolved.doubtful)(given)) return FALSE;
    return missingEvidence(unjudgedGap(ref, `what the resource ${pattern.text} covers when a variable holds a wildcard`), effect);
  }
  const { waitsFor, gap, parts } = resolved;
  const value = solveFor(parts, given);
  if (value === undefined) return FALSE;
  if (gap !== undefined) return missingEvidence(gap, effect, `resource ${pattern.text} on ${query.resource}`);
  if (value === SEVERAL) return missingEvidence(unjudgedGap(ref, `whether ${pattern.text} covers ${query.resource}`), effect);
  const { key, fallback } = waitsFor;
  const condition = { key, ifExists: false, ref };
  const present = conditionFact(
    { ...condition, operator: 'StringEquals', values: [templateText([literalOf(value)], false)] },
    true,
  );
  if (fallback !== value) return present;
  return or(present, conditionFact({ ...condition, operator: 'Null', values: ['true'] }, true));
}
