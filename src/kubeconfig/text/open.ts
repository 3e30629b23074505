import { type Document, isAlias, isMap, isScalar, isSeq, type ParsedNode, parseAllDocuments, type YAMLMap } from 'yaml';
import { positionOf } from '../../base/index.ts';
import { isJsonMap, type JsonMap } from './json.ts';

/** A kubeconfig text, ready to be edited. */
export interface OpenText {
  readonly text: string;
  /** The root mapping; undefined when the text holds nothing but comments. */
  readonly root: YAMLMap.Parsed | undefined;
  /** What the text says, anchors and merge keys followed. */
  readonly value: JsonMap;
  readonly style: TextStyle;
}

/** How the file is written, so that what is added looks like what is there. */
export interface TextStyle {
  readonly eol: '\n' | '\r\n';
  /** Columns by which a mapping in a mapping is indented. */
  readonly unit: number;
  /** Whether the dash of a list stands below its key and not to the right of it, as kubectl writes. */
  readonly dashBelowKey: boolean;
}

/** Why a text is not edited; positions are 1-based. */
export interface TextRefusal {
  readonly error: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Opens a kubeconfig text for editing. Refused are texts that kubectl would not read, or of which it reads only a part:
 * broken YAML, several documents, a root that is no mapping, two entries of one name in a list (client-go, clientcmd
 * api/v1/conversion.go: "duplicate name in list").
 */
export function openText(text: string): OpenText | TextRefusal {
  const documents = parseAllDocuments(text, { logLevel: 'silent', merge: true, prettyErrors: false });
  const all: readonly Document.Parsed[] = Array.isArray(documents) ? documents : [];
  for (const { errors } of all) {
    const [problem] = errors;
    if (problem !== undefined) return refuse(text, problem.pos[0], firstSentence(problem.message));
  }
  const [document, second] = all;
  if (second !== undefined) {
    return refuse(text, second.range[0], 'a second YAML document starts here, and kubectl reads only one: divide the file');
  }
  const style = styleOf(text, document?.contents);
  if (document === undefined || holdsNothing(document)) return { text, root: undefined, value: {}, style };
  const root = document.contents;
  if (!isMap<ParsedNode, ParsedNode | null>(root)) {
    return refuse(text, root?.range?.[0] ?? 0, 'a kubeconfig is a mapping with clusters, contexts and users');
  }
  let value: unknown;
  try {
    // A copy without shared parts: an anchor's value is then changed in one place alone.
    value = JSON.parse(JSON.stringify(document.toJS()));
  } catch (error) {
    return { error: error instanceof Error ? firstSentence(error.message) : 'the YAML cannot be unfolded' };
  }
  if (!isJsonMap(value)) return refuse(text, 0, 'a kubeconfig is a mapping with clusters, contexts and users');
  return twice(text, root, document) ?? { text, root: root as YAMLMap.Parsed, value, style };
}

function holdsNothing({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.range[0] === contents.range[1]);
}

/** The three lists of entries and the key of their bodies. */
export const LISTS = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;

/** A list of entries. */
export type ListName = keyof typeof LISTS;

/** Two entries of one name in one list, which kubectl refuses. */
function twice(text: string, root: YAMLMap, document: Document): TextRefusal | undefined {
  for (const [list, what] of Object.entries(LISTS)) {
    const seq = valueAt(root, list);
    if (!isSeq(seq)) continue;
    const seen = new Set<string>();
    for (const item of seq.items) {
      const node = isAlias(item) ? item.resolve(document) : item;
      if (!isMap(node)) continue;
      const name = valueAt(node, 'name');
      if (!isScalar(name) || name.value === null) continue;
      const text_ = String(name.value);
      if (seen.has(text_))
        return refuse(text, name.range?.[0] ?? 0, `a second ${what} is named ${text_}: kubectl refuses the whole file`);
      seen.add(text_);
    }
  }
  return undefined;
}

function valueAt(map: YAMLMap, key: string): unknown {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
}

function refuse(text: string, offset: number, error: string): TextRefusal {
  return { error, ...positionOf(text, offset) };
}

function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

function styleOf(text: string, contents: ParsedNode | null | undefined): TextStyle {
  const eol = /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n';
  let unit: number | undefined;
  let dashBelowKey: boolean | undefined;
  for (const pair of isMap(contents) ? contents.items : []) {
    const seq = pair.value;
    if (!isSeq(seq) || seq.flow || seq.items.length === 0 || seq.range == null) continue;
    dashBelowKey ??= columnOf(text, seq.range[0]) === columnOf(text, startOf(pair.key));
    for (const item of seq.items) {
      if (!isMap(item) || item.flow) continue;
      for (const { key, value } of item.items) {
        if (!isMap(value) || value.flow || value.range == null || value.items.length === 0) continue;
        unit ??= columnOf(text, value.range[0]) - columnOf(text, startOf(key));
      }
    }
  }
  return { eol, unit: unit !== undefined && unit >= 1 && unit <= 8 ? unit : 2, dashBelowKey: dashBelowKey ?? true };
}

function startOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Column of an offset, 0-based; a byte order mark takes none. */
export function columnOf(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return offset - start - (start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : 0);
}
