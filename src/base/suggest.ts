/**
 * The words nearest to what was typed, best first, at most three; a word is near when it starts with the text or
 * when no more than a third of its letters would have to change.
 *
 * @example nearest('pord', ['prod', 'stage']) // ['prod']
 */
export function nearest(typed: string, words: Iterable<string>): readonly string[] {
  const text = typed.toLowerCase();
  const scored: { word: string; score: number }[] = [];
  for (const word of new Set(words)) {
    const other = word.toLowerCase();
    const score = other.startsWith(text) ? 0 : distance(text, other);
    if (score <= Math.max(1, Math.floor(Math.max(text.length, other.length) / 3))) scored.push({ word, score });
  }
  scored.sort((a, b) => a.score - b.score || (a.word < b.word ? -1 : 1));
  return scored.slice(0, 3).map((each) => each.word);
}

/** A hint line "did you mean …?", or none. */
export function didYouMean(typed: string, words: Iterable<string>): string[] {
  const near = nearest(typed, words);
  return near.length === 0 ? [] : [`did you mean ${near.join(' or ')}?`];
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 200 || b.length > 200) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
