/**
 * Evidence that is missing: what it is, whose it is, and the command that produces it.
 *
 * `refused` (the collector asked and was refused), `notCollected` (nobody asked) and `unjudged` (it is there, but
 * nobody can say what it means: an unknown operator, a policy whose rules AWS does not publish) are told apart,
 * because a reader has to do something different about each. An empty list is none of them: it is evidence.
 */
export interface Gap {
  readonly kind: 'gap';
  /** Stable: two places that miss the same evidence have one id, e.g. `iam:222222222222` or `scp:o-abc/ou-1`. */
  readonly id: string;
  readonly state: 'refused' | 'notCollected' | 'unjudged';
  /** What is missing, as a noun phrase: "the identity policies of arn:aws:iam::222222222222:role/ci". */
  readonly what: string;
  /** Whose side it is: an account id, a cluster ARN, an organization id. */
  readonly side?: string;
  /** The command that produces the evidence, when one does. */
  readonly command?: string;
}

/** What an inventory holds about one thing: the thing itself, or why it is not there. */
export type Collected<T> =
  | { readonly state: 'collected'; readonly value: T }
  | { readonly state: 'refused' | 'notCollected'; readonly gap: Gap };

/** Wraps evidence that is there (an empty list is there). */
export function collected<T>(value: T): Collected<T> {
  return { state: 'collected', value };
}

/** Wraps evidence that is not there; the state is the gap's. */
export function missing(gap: Gap & { readonly state: 'refused' | 'notCollected' }): Collected<never> {
  return { state: gap.state, gap };
}

/** The gaps, each once; of those with one id the last. */
export function distinctGaps(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [gap.id, gap])).values()];
}
