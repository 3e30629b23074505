import type { Page } from './page.ts';

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
  /** 1-based, in the old text; of an added line that of the next. */
  readonly at: number;
}

/** Above this many pairs of lines the middle is shown as taken out and put in as a whole. */
const MOST = 4_000_000;

/** Draws what changes between two texts: changed lines with two lines around them, as `diff -u` does, without a heading. */
export function drawDiff(page: Page, before: string, after: string): void {
  const lines = masked(compare(linesOf(before), linesOf(after)));
  const near = (index: number): boolean => lines.slice(Math.max(0, index - 2), index + 3).some((line) => line.mark !== ' ');
  let gap = false;
  for (const [index, line] of lines.entries()) {
    if (!near(index)) {
      gap = true;
      continue;
    }
    if (gap || index === 0) page.verbatim(`@@ line ${line.at} @@`, '  ', 'quiet');
    gap = false;
    page.verbatim(`${line.mark}${line.text}`.trimEnd(), '  ', line.mark === '-' ? 'bad' : line.mark === '+' ? 'good' : 'plain');
  }
}

/** Keys of a kubeconfig whose values are secrets, or may be (a variable of a plugin). */
const SECRET = /(^|[\s{,"'-])(token|client-key-data|password|secret|value|[\w-]*-token|[\w-]*secret[\w-]*)(["']?\s*:\s*).*$/i;
const WIDEST = 160;

/** Lines without the secrets of entries that happen to stand beside what changes, and without the rest of very long ones. */
function masked(lines: readonly Line[]): readonly Line[] {
  let deeper: number | undefined;
  return lines.map((line) => {
    const indent = line.text.search(/\S/);
    if (deeper !== undefined && indent > deeper) return { ...line, text: `${' '.repeat(indent)}…` };
    const text = line.text.replace(SECRET, '$1$2$3…');
    deeper = text === line.text ? undefined : indent;
    return { ...line, text: text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text };
  });
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function compare(a: readonly string[], b: readonly string[]): readonly Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (from: number, to: number): Line[] => a.slice(from, to).map((text, i) => ({ mark: ' ', text, at: from + i + 1 }));
  return [
    ...same(0, head),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head),
    ...same(a.length - tail, a.length),
  ];
}

/** The longest common lines, by the table of the textbooks. */
function middle(a: readonly string[], b: readonly string[], shift: number): readonly Line[] {
  const width = b.length + 1;
  const isLarge = a.length * b.length > MOST;
  const table = new Uint32Array(isLarge ? 0 : (a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  if (!isLarge) {
    for (let i = a.length - 1; i >= 0; i--)
      for (let j = b.length - 1; j >= 0; j--)
        table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i++] ?? '', at: shift + i });
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1)))
      lines.push({ mark: '-', text: a[i++] ?? '', at: shift + i });
    else lines.push({ mark: '+', text: b[j++] ?? '', at: shift + i + 1 });
  }
  return lines;
}
