/**
 * Everything that a terminal could act on or that changes how the text around it is read: C0 and C1 controls (ANSI
 * escapes begin with one of them), bidirectional controls (Unicode TR 36, "Trojan Source"), invisible and line-breaking
 * characters, and halves of surrogate pairs. Made when it is needed: reading the pattern takes longer than most of a token.
 */
const unsafe = (): RegExp => /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164]|\p{Variation_Selector}/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text from outside, safe to print on a terminal: each control, bidirectional or invisible character becomes a visible
 * escape (`\n`, `\x1b`, `\u202e`), everything else stays. Not meant to be read back.
 *
 * @example escapeForTerminal('a\u001b[31mb') // 'a\\x1b[31mb'
 */
export function escapeForTerminal(text: string): string {
  return text.replace(unsafe(), (character) => NAMED[character] ?? escapeOne(character.codePointAt(0) ?? 0));
}

function escapeOne(code: number): string {
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\u{${code.toString(16)}}`;
}
