import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Finding, Path } from './problem.ts';

/** Longest grants file that is read, in characters: a thousand grants are some 300,000. */
const LONGEST = 4_000_000;

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
