/** Whether the whole text fits the pattern: `*` any run of characters, `?` exactly one (facts/iam.md §1.3). */
export function fits(text: string, pattern: string): boolean {
  let expression = '';
  for (const character of pattern) {
    if (character === '*') expression += '[^]*';
    else if (character === '?') expression += '[^]';
    else expression += literally(character);
  }
  return new RegExp(`^${expression}$`, 'u').test(text);
}

/**
 * Whether an ARN fits an ARN pattern: six fields compared one by one, so that a wildcard never crosses one of the first
 * five colons; the sixth field is everything that is left (facts/iam.md §1.3, §3.2).
 */
export function arnFits(arn: string, pattern: string): boolean {
  const fields = sixFields(arn);
  const patterns = sixFields(pattern);
  if (fields === undefined || patterns === undefined) return false;
  for (let i = 0; i < 6; i++) {
    if (!fits(fields[i] ?? '', patterns[i] ?? '')) return false;
  }
  return true;
}

/** The six fields of an ARN or of a pattern for one; undefined when there are fewer or when the first is not `arn`. */
export function sixFields(text: string): readonly string[] | undefined {
  const fields = text.split(':');
  if (fields.length < 6 || fields[0] !== 'arn') return undefined;
  return [...fields.slice(0, 5), fields.slice(5).join(':')];
}

/** Characters that stand for literal `*`, `?` and `$` while a pattern with variables is being made. */
const SHELTER = { '*': '\uE000', '?': '\uE001', $: '\uE002' } as const;

/** The text with its wildcards made harmless, for putting it into a pattern; `unshelter` brings them back. */
export function shelter(text: string): string {
  return text.replaceAll('*', SHELTER['*']).replaceAll('?', SHELTER['?']).replaceAll('$', SHELTER.$);
}

/** Undoes `shelter`. */
export function unshelter(text: string): string {
  return text.replaceAll(SHELTER['*'], '*').replaceAll(SHELTER['?'], '?').replaceAll(SHELTER.$, '$');
}

function literally(character: string): string {
  const shown = unshelter(character);
  return /[\\^$.*+?()[\]{}|/]/.test(shown) ? `\\${shown}` : shown;
}
