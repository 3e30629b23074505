import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, visit } from 'yaml';
import type { Finding, Path } from './problem.ts';

/** Longest grants file that is read, in characters: a thousand grants are some 300,000. */
const LONGEST = 4_000_000;

/** What YAML 1.2 has no place for (production 1, c-printable): UTF-16 that is read as UTF-8 is full of NUL. */
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/;

const TOO_DEEP = 'the file is nested too deeply';

/** A YAML text as a value, with the way back to lines; or what is wrong with the text. */
export interface GrantsText {
  readonly value?: unknown;
  readonly findings: readonly (Finding & { readonly offset?: number })[];
  /** Line and column (1-based) of the nearest thing around a path that the text has. */
  readonly place: (path: Path, at?: 'key') => { readonly line: number; readonly column: number };
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
}

/** Parses the text of a grants file: one YAML 1.2 document (JSON is one too). Never throws. */
export function parseGrantsText(text: string): GrantsText {
  const counter = new LineCounter();
  const placeOf = (offset: number): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const nothing = { placeOf, place: () => ({ line: 1, column: 1 }) };
  const failed = (message: string, hint?: string, offset?: number): GrantsText => ({
    ...nothing,
    findings: [{ path: [], message, ...(hint === undefined ? {} : { hint }), ...(offset === undefined ? {} : { offset }) }],
  });
  if (text.length > LONGEST)
    return failed(`the file is longer than ${LONGEST} characters`, 'split it: each file is an owner of its own');
  const control = CONTROL.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
    counter.addNewLine(0);
    for (const line of text.slice(0, control.index).matchAll(/\n/g)) counter.addNewLine(line.index + 1);
    return failed(
      `the file holds a control character (U+${code}), which no YAML may`,
      'take it out; is it a text in UTF-8?',
      control.index,
    );
  }
  try {
    const parsed = parseAllDocuments(text, { lineCounter: counter, logLevel: 'silent', prettyErrors: false, strict: true });
    const documents = Array.isArray(parsed) ? parsed : [];
    const [document, second] = documents;
    if (document === undefined || document.contents === null) return failed('the file is empty', 'causeway init writes one');
    // The library catches the overflow of its own stack and goes on.
    if (document.errors.some(({ message }) => /call stack/i.test(message))) return failed(TOO_DEEP);
    if (document.errors.length > 0) {
      const findings = document.errors
        .slice(0, 10)
        .map(({ message, pos }) => ({ path: [], message: sentence(message), offset: pos[0] }));
      return { ...nothing, findings };
    }
    if (second !== undefined) {
      return failed(
        'the file holds more than one YAML document',
        'one file is one owner: put each into a file of its own',
        second.range[0],
      );
    }
    const proto = keyNamed(document, '__proto__');
    if (proto !== undefined) return failed('"__proto__" is no name and no key of a grants file', undefined, proto);
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    return {
      value,
      findings: [],
      placeOf,
      place: (path, at) => placeOf(offsetOf(document, path, at) ?? 0),
    };
  } catch (error) {
    // A text that nests without end, or aliases that unfold without end.
    return failed(error instanceof RangeError ? TOO_DEEP : 'the aliases of the file unfold to too much');
  }
}

/** The library's own words, with a small letter at the start as all our messages have. */
function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** Where a key stands; readers of objects pass this one over without a word. */
function keyNamed(document: Document, name: string): number | undefined {
  let found: number | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.value !== name) return undefined;
      found = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

function offsetOf(document: Document, path: Path, at?: 'key'): number | undefined {
  let node = resolve(document, document.contents);
  let found = node?.range?.[0];
  for (const [i, step] of path.entries()) {
    if (isSeq(node)) node = resolve(document, typeof step === 'number' ? node.items[step] : undefined);
    else if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(step));
      const key = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
      node = resolve(document, pair?.value);
      if (key !== undefined && ((at === 'key' && i === path.length - 1) || node?.range == null)) return key;
    } else return found;
    if (node?.range == null) return found;
    found = node.range[0];
  }
  return found;
}

function resolve(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}
