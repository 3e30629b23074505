/**
 * Points that the facts leave open, marked "(?)" or [UNCONFIRMED] there.
 *
 * The oracle does not guess: it runs once for each way such a point could turn out and reports every outcome. An
 * engine that keeps the laws says what all outcomes agree on, or that it cannot tell.
 */

/** Answers an open point; asked again with the same id it answers the same. */
export type Choose = (id: string) => boolean;

class Fork extends Error {
  readonly id: string;

  constructor(id: string) {
    super(id);
    this.id = id;
  }
}

/** Every outcome that `reading` can have over all answers to the open points that it asks about; undefined when they are too many. */
export function everyOutcome<T>(reading: (choose: Choose) => T, most = 256): ReadonlySet<T> | undefined {
  const outcomes = new Set<T>();
  const waiting: ReadonlyMap<string, boolean>[] = [new Map()];
  for (let runs = 0; waiting.length > 0; runs++) {
    if (runs > most) return undefined;
    const answers = waiting.pop() ?? new Map<string, boolean>();
    try {
      outcomes.add(
        reading((id) => {
          const answer = answers.get(id);
          if (answer === undefined) throw new Fork(id);
          return answer;
        }),
      );
    } catch (error) {
      if (!(error instanceof Fork)) throw error;
      waiting.push(new Map([...answers, [error.id, true]]), new Map([...answers, [error.id, false]]));
    }
  }
  return outcomes;
}
