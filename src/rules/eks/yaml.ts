import { Composer, type Document, isCollection, isSeq, type Node, Parser } from 'yaml';
import { aliasTargets, count, type Decoding, Refused, toValue, type YamlValue } from './decode.ts';
import { doubt } from './doubt.ts';

/**
 * A document as goyaml.v2 reads it, or why there is none: `broken` is refused by goyaml.v2 as well, `unjudged` is what
 * this reader cannot follow (nesting without end, forms that the two readers take differently), so that nobody can say
 * what the cluster makes of it.
 */
export type YamlResult =
  | { readonly state: 'read'; readonly value: YamlValue }
  | { readonly state: 'broken'; readonly error: string; readonly partial?: readonly YamlValue[] }
  | { readonly state: 'unjudged'; readonly error: string };

/** libyaml's reader refuses these anywhere in the text ("control characters are not allowed"). */
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

const TOO_DEEP = { state: 'unjudged', error: 'nested too deeply to be read' } as const;

/**
 * Reads the first document of a YAML 1.1 text the way aws-iam-authenticator does (goyaml.v2 under sigs.k8s.io/yaml):
 * a repeated key keeps its last value, a merge overrides what stands before it, what follows the first document is not
 * looked at. A text without a document is null.
 */
export function readYaml(given: string): YamlResult {
  if (last?.given !== given) last = { given, result: read(given) };
  return last.result;
}

/** An edit reads a text, the rows in it, and both again once it is edited: one text after another, each more than once. */
let last: { readonly given: string; readonly result: YamlResult } | undefined;

function read(given: string): YamlResult {
  // goyaml.v2 skips a byte order mark before the text (readerc.go yaml_parser_determine_encoding).
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  if (UNPRINTABLE.test(text)) return { state: 'broken', error: 'control characters are not allowed' };
  try {
    const parsed = parseLenient(text);
    if ('state' in parsed) return parsed;
    const { document } = parsed;
    if (document === undefined) return { state: 'read', value: { kind: 'null', source: '' } };
    const { explicit, version } = document.directives.yaml;
    if (explicit === true && version !== '1.1') return { state: 'broken', error: 'found incompatible YAML document' };
    const doubted = doubt(parsed.text, document.contents);
    return doubted === undefined ? decode(document) : { state: 'unjudged', error: doubted };
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP;
    throw error;
  }
}

type Parsed = { readonly text: string; readonly document: Document.Parsed | undefined };

type ParseError = { readonly message: string; readonly pos: readonly [number, number] };

/** More characters than this are not parsed again for lines that are not indented enough. */
const MOST_MENDED = 300_000;

/**
 * Parses; where a quoted text or a flow collection goes on in a line that is not indented enough for YAML 1.2, that line
 * is indented and the text parsed again, because libyaml takes such lines (YAML 1.1 does not ask for the indent there).
 */
function parseLenient(given: string): Parsed | YamlResult {
  let text = given;
  for (let parsed = 0; parsed <= MOST_MENDED; parsed += text.length + 1_000) {
    const document = firstDocument(text);
    const wrong = document?.errors[0];
    if (document === undefined || wrong === undefined || isAfterRoot(text, document, wrong)) return { text, document };
    // The parser reports the end of its stack like an error in the text.
    if (/call stack/i.test(wrong.message)) return TOO_DEEP;
    if (/could not resolve tag|must be separated/i.test(wrong.message))
      return { state: 'unjudged', error: firstLine(wrong.message) };
    const next = mend(text, wrong);
    if (next === undefined) return { state: 'broken', error: firstLine(wrong.message) };
    text = next;
  }
  return { state: 'unjudged', error: 'too many lines that are not indented as YAML 1.2 asks for' };
}

function firstDocument(text: string): Document.Parsed | undefined {
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  for (const document of composer.compose(new Parser().parse(text), true, text.length)) return document as Document.Parsed;
  return undefined;
}

function mend(text: string, wrong: ParseError): string | undefined {
  const closer = /closing ("|')quote|sufficiently indented and end with a ([\]}])/.exec(wrong.message);
  const wanted = closer?.[1] ?? closer?.[2];
  if (wanted === undefined || !text.slice(wrong.pos[0]).includes(wanted)) return undefined;
  const atBreak = /[\r\n]/.test(text[wrong.pos[0]] ?? '');
  const start = (atBreak ? text.indexOf('\n', wrong.pos[0]) : text.lastIndexOf('\n', wrong.pos[0] - 1)) + 1;
  if (start === 0 || /^(---|\.\.\.)/.test(text.slice(start))) return undefined;
  return `${text.slice(0, start)}${' '.repeat(80)}${text.slice(start)}`;
}

/**
 * Whether the error is about what stands after the root: goyaml.v2 takes the root and looks no further. That is so after
 * a scalar or a flow collection, and where a line is indented less than the first row.
 */
function isAfterRoot(text: string, document: Document.Parsed, wrong: ParseError): boolean {
  const root = document.contents as Node | null;
  const end = root?.range?.[1];
  if (root === null || end === undefined || !/^Unexpected .* at node end$/.test(wrong.message) || wrong.pos[0] < end)
    return false;
  const column = (offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);
  return isCollection(root) && root.flow !== true ? column(wrong.pos[0]) < column(root.range?.[0] ?? 0) : true;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

function decode(document: Document.Parsed): YamlResult {
  const partial: YamlValue[] = [];
  try {
    const root = document.contents as Node | null;
    const decoding: Decoding = { targets: aliasTargets(root), open: new Set(), decoded: 0, aliased: 0, depth: 0 };
    if (!isSeq(root)) return { state: 'read', value: toValue(root, decoding) };
    count(decoding);
    for (const item of root.items) partial.push(toValue(item as Node, decoding));
    return { state: 'read', value: { kind: 'list', items: partial } };
  } catch (error) {
    if (error instanceof Refused) return { state: 'broken', error: error.message, partial };
    throw error;
  }
}
