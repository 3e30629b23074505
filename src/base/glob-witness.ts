import { closure, type Glob, step } from './glob.ts';

/** A pattern in a search; `fold` compares it with the text in lower case (the pattern must be in lower case already). */
export interface SoughtGlob {
  readonly glob: Glob;
  readonly fold?: boolean;
}

/** What a text must be like: of every group at least one pattern matches, and none of `none` does. */
export interface Sought {
  readonly groups: readonly (readonly SoughtGlob[])[];
  readonly none: readonly SoughtGlob[];
  /** Which characters the text may have at all. */
  readonly allows?: (char: string) => boolean;
}

/** More states than this are not visited. */
const MOST_STATES = 4000;

/** Nor are more patterns than this moved on by a character, all in all: a list of thousands of them ends the search early. */
const MOST_STEPS = 1_000_000;

interface State {
  readonly text: string;
  readonly positions: readonly Set<number>[];
}

/**
 * Finds a shortest text with the wished matches, `null` when there is none, `undefined` when the search grew too large.
 *
 * Breadth-first over the product of the patterns' automata. The alphabet is every character of the patterns and one that
 * stands for all others, so `null` is a proof.
 *
 * @example findWitness({ groups: [[{ glob: globOf('a*') }]], none: [{ glob: globOf('a') }] }) // 'ax'
 */
export function findWitness(sought: Sought): string | null | undefined {
  const all = [...sought.groups.flat(), ...sought.none];
  const alphabet = alphabetOf(all).filter((char) => sought.allows?.(char) ?? true);
  const start: State = { text: '', positions: all.map(({ glob }) => closure(glob, new Set([0]))) };
  const seen = new Set([keyOf(start)]);
  const queue = [start];
  let steps = 0;
  for (let i = 0; i < queue.length; i++) {
    const state = queue[i] as State;
    if (accepts(state, sought, all)) return state.text;
    for (const char of alphabet) {
      steps += all.length;
      if (steps > MOST_STEPS) return undefined;
      const code = char.charCodeAt(0);
      const folded = char.toLowerCase().charCodeAt(0);
      const next: State = {
        text: state.text + char,
        positions: all.map(({ glob, fold }, at) => step(glob, state.positions[at] as Set<number>, fold ? folded : code)),
      };
      if (dead(next, sought)) continue;
      const key = keyOf(next);
      if (seen.has(key)) continue;
      if (seen.size >= MOST_STATES) return undefined;
      seen.add(key);
      queue.push(next);
    }
  }
  return null;
}

function alphabetOf(all: readonly SoughtGlob[]): readonly string[] {
  const chars = new Set<string>();
  for (const { glob, fold } of all) {
    for (const token of glob) {
      if (token < 0) continue;
      const char = String.fromCharCode(token);
      chars.add(char);
      if (fold && char.toUpperCase().length === 1) chars.add(char.toUpperCase());
    }
  }
  const taken = new Set([...chars].map((char) => char.toLowerCase()));
  chars.add(':');
  taken.add(':');
  const other = [...'xyzabcdefghijklmnopqrstuvw0123456789-_.='].find((char) => !taken.has(char)) ?? '\u00ff';
  // A letter that no pattern names stands for all others; it comes first so that examples read well.
  return [other, ...chars];
}

function keyOf(state: State): string {
  return state.positions.map((positions) => [...positions].sort((a, b) => a - b).join(',')).join(';');
}

function accepts(state: State, sought: Sought, all: readonly SoughtGlob[]): boolean {
  let at = 0;
  const matches = (): boolean => {
    const here = at++;
    return (state.positions[here] as Set<number>).has((all[here] as SoughtGlob).glob.length);
  };
  const groups = sought.groups.map((group) => group.map(matches).some(Boolean));
  const none = sought.none.map(matches);
  return groups.every(Boolean) && !none.some(Boolean);
}

/** Whether some group cannot match any more, whatever follows. */
function dead(state: State, sought: Sought): boolean {
  let at = 0;
  for (const group of sought.groups) {
    let alive = false;
    for (let i = 0; i < group.length; i++) if ((state.positions[at++] as Set<number>).size > 0) alive = true;
    if (!alive) return true;
  }
  return false;
}
