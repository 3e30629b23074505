/**
 * Whether two texts are equal without regard to case, one character at a time as Go's strings.EqualFold does:
 * the Kelvin sign is a k there, while ß and SS stay different.
 */
export function sameText(a: string, b: string): boolean {
  return a === b || fold(a) === fold(b);
}

/** The text with each character in the one form that stands for all its cases. */
export function fold(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (char) => {
    const upper = char.toUpperCase();
    const lower = (Array.from(upper).length === 1 ? upper : char).toLowerCase();
    return Array.from(lower).length === 1 ? lower : char;
  }).join('');
}
