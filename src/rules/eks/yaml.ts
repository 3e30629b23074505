import { type Document, isSeq, type Node, parseAllDocuments } from 'yaml';
import { aliasTargets, count, type Decoding, Refused, toValue, type YamlValue } from './decode.ts';

/**
 * A document as goyaml.v2 reads it, or why there is none: `broken` is refused by goyaml.v2 as well, `unjudged` is more
 * than this reader follows (nesting without end), so that nobody can say what the cluster makes of it.
 */
export type YamlResult =
  | { readonly state: 'read'; readonly value: YamlValue }
  | { readonly state: 'broken'; readonly error: string; readonly partial?: readonly YamlValue[] }
  | { readonly state: 'unjudged'; readonly error: string };

/** libyaml's reader refuses these anywhere in the text ("control characters are not allowed"). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]|(?!^)\ufeff/;

/**
 * Reads the first document of a YAML 1.1 text the way aws-iam-authenticator does (goyaml.v2 under sigs.k8s.io/yaml):
 * a repeated key keeps its last value, a merge overrides what stands before it, what follows the first document is not
 * looked at. A text without a document is null.
 */
export function readYaml(text: string): YamlResult {
  if (UNPRINTABLE.test(text)) return { state: 'broken', error: 'control characters are not allowed' };
  let document: Document.Parsed | undefined;
  try {
    const options = { version: '1.1', schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
    document = parseAllDocuments(text, options)[0] as Document.Parsed | undefined;
  } catch (error) {
    if (error instanceof RangeError) return { state: 'unjudged', error: 'nested too deeply to be read' };
    return { state: 'broken', error: error instanceof Error ? error.message : String(error) };
  }
  if (document === undefined) return { state: 'read', value: { kind: 'null', source: '' } };
  const wrong = document.errors[0];
  if (wrong !== undefined) return { state: 'broken', error: firstLine(wrong.message) };
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.1') return { state: 'broken', error: 'found incompatible YAML document' };
  return decode(document);
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
    if (error instanceof RangeError) return { state: 'unjudged', error: 'nested too deeply to be read' };
    if (error instanceof Refused) return { state: 'broken', error: error.message, partial };
    throw error;
  }
}
