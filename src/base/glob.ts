/**
 * Patterns with `*` (any run of characters, also none) and `?` (exactly one), as lists of tokens.
 *
 * A token is a UTF-16 code unit, or one of the four negative marks. Tokens instead of texts keep a literal `*` (from an
 * escape or from a substituted value) apart from the wildcard.
 */
export type Glob = readonly number[];

/** Any run of characters. */
export const STAR = -1;
/** Exactly one character. */
export const ANY = -2;
/** Any run of characters without `:`, for ARN segments. */
export const STAR_IN_SEGMENT = -3;
/** Exactly one character other than `:`. */
export const ANY_IN_SEGMENT = -4;

const ASTERISK = 42;
const QUESTION = 63;

/** The text as a pattern in which `*` and `?` are wildcards. */
export function globOf(text: string): Glob {
  return literalOf(text).map((code) => (code === ASTERISK ? STAR : code === QUESTION ? ANY : code));
}

/** The text as a pattern that matches only itself. */
export function literalOf(text: string): Glob {
  const out: number[] = [];
  for (let i = 0; i < text.length; i++) out.push(text.charCodeAt(i));
  return out;
}

/** Whether the pattern has no wildcard. */
export function isLiteral(glob: Glob): boolean {
  return glob.every((token) => token >= 0);
}

/** The pattern as people write it; a literal `*` cannot be told from the wildcard any more. */
export function globText(glob: Glob): string {
  return glob
    .map((token) => {
      if (token >= 0) return String.fromCharCode(token);
      return token === STAR || token === STAR_IN_SEGMENT ? '*' : '?';
    })
    .join('');
}

/** Makes the test for a pattern of literals, `STAR` and `ANY`; the whole text must match. Linear for the usual forms. */
export function compileGlob(glob: Glob): (text: string) => boolean {
  if (isLiteral(glob)) {
    const wanted = globText(glob);
    return (text) => text === wanted;
  }
  if (glob.length === 1 && glob[0] === STAR) return () => true;
  const head = glob.slice(0, -1);
  if (glob[glob.length - 1] === STAR && isLiteral(head)) {
    const prefix = globText(head);
    return (text) => text.startsWith(prefix);
  }
  return (text) => matchGlob(glob, text);
}

/** Backtracks to the last `*` only, which is enough because a later `*` can take whatever an earlier one would. */
function matchGlob(glob: Glob, text: string): boolean {
  let at = 0;
  let token = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < text.length) {
    const wanted = glob[token];
    if (wanted === STAR) {
      starToken = token++;
      starAt = at;
    } else if (wanted !== undefined && (wanted === ANY || wanted === text.charCodeAt(at))) {
      token++;
      at++;
    } else if (starToken >= 0) {
      token = starToken + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (glob[token] === STAR) token++;
  return token === glob.length;
}

/**
 * What must still match after `prefix` has been read: the rests of the pattern, any of which is enough (none: no match).
 *
 * @example globAfter(globOf('AROA1:*'), 'AROA1:') // [[STAR], []]
 */
export function globAfter(glob: Glob, prefix: string): readonly Glob[] {
  let states = closure(glob, new Set([0]));
  for (let i = 0; i < prefix.length; i++) states = step(glob, states, prefix.charCodeAt(i));
  return [...states].map((at) => glob.slice(at));
}

/** The positions of a pattern that can be reached without reading a character. */
export function closure(glob: Glob, states: Set<number>): Set<number> {
  for (const at of states) {
    const token = glob[at];
    if (token === STAR || token === STAR_IN_SEGMENT) states.add(at + 1);
  }
  return states;
}

/** The positions after one more character. */
export function step(glob: Glob, states: ReadonlySet<number>, code: number): Set<number> {
  const next = new Set<number>();
  const colon = code === 58;
  for (const at of states) {
    const token = glob[at];
    if (token === undefined) continue;
    if (token === STAR || (token === STAR_IN_SEGMENT && !colon)) next.add(at);
    else if (token === code || token === ANY || (token === ANY_IN_SEGMENT && !colon)) next.add(at + 1);
  }
  return closure(glob, next);
}
