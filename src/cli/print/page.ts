import { escapeForTerminal, type Origin } from '../../base/index.ts';
import type { Style, Tone } from './style.ts';
import { wrap } from './wrap.ts';

/** Where something stands, as a person reads it: `accounts/222222222222/iam.json:34`. */
export type Where = (origin: Origin) => string | undefined;

/** Lines being written: prose is escaped, wrapped and painted; nothing else reaches the terminal. */
export interface Page {
  readonly style: Style;
  readonly where: Where;
  /** One paragraph; `lead` stands before the first line and its width before the others. */
  readonly prose: (text: string, options?: { readonly lead?: string; readonly tone?: Tone; readonly leadTone?: Tone }) => void;
  /** Text that must stay as it is (commands): a line for each line, indented, never wrapped. */
  readonly verbatim: (text: string, indent: string, tone?: Tone) => void;
  /** An empty line, never two, never the first. */
  readonly gap: () => void;
  readonly text: () => string;
}

/** Starts an empty page. */
export function newPage(style: Style, where: Where): Page {
  const lines: string[] = [];
  return {
    style,
    where,
    prose(text, { lead = '', tone = 'plain', leadTone = 'plain' } = {}) {
      const blank = ' '.repeat(lead.length);
      for (const [index, line] of wrap(escapeForTerminal(text), style.width - lead.length).entries()) {
        const before = index === 0 ? lead : blank;
        const start = before.trim() === '' ? before : style.paint(leadTone, before);
        lines.push((start + style.paint(tone, line)).trimEnd());
      }
    },
    verbatim(text, indent, tone = 'plain') {
      for (const line of text.trimEnd().split('\n')) lines.push(indent + style.paint(tone, escapeForTerminal(line)));
    },
    gap() {
      if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
    },
    text() {
      return `${lines.join('\n').trimEnd()}\n`;
    },
  };
}
