/**
 * Quotes a text as Go's `%q` does for printable text, so that reasons read exactly as the API server prints them.
 *
 * @example goQuote('a"b') // "a\"b" in double quotes
 */
export function goQuote(text: string): string {
  // JSON differs from Go only in how it writes control characters, and both leave none in the output.
  return JSON.stringify(text);
}

/** Quotes a list of texts as Go's `%q` does for a slice: `["a" "b"]`. */
export function goQuoteList(texts: readonly string[]): string {
  return `[${texts.map(goQuote).join(' ')}]`;
}

/** Joins errors as `utilerrors.NewAggregate` prints them: one alone, several in brackets, none twice. */
export function goAggregate(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}
