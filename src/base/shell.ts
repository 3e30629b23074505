/**
 * A text from outside as one word of a POSIX shell: what a shell could take for more than text is quoted.
 *
 * @example shellWord("o'brien") // `'o'\''brien'`
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuote(text);
}

/** The same with quotes around it in any case, as a reader expects of a document. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
