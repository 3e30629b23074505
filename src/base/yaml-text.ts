import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';

/**
 * The documents of a YAML text with positions; those that hold nothing (`---` at the end, comments alone) do not count,
 * so that an index means the same document to whoever reads the values.
 */
export function yamlDocuments(text: string): readonly Document[] {
  const documents = parseAllDocuments(text, { logLevel: 'silent', merge: true, prettyErrors: false });
  return Array.isArray(documents) ? documents.filter(holdsSomething) : [];
}

function holdsSomething({ contents }: Document): boolean {
  return contents !== null && !(isScalar(contents) && contents.value === null);
}

/** A node found in YAML: its offset, and its text when it is one. */
export interface YamlPlace {
  readonly offset: number;
  readonly scalar?: {
    readonly value: string;
    /** How the text stands in the file; offsets of the value can be followed back only in some styles. */
    readonly type: string;
    readonly end: number;
  };
}

/** The node at a path of one document, aliases followed; undefined when the path leads nowhere. */
export function findInYaml(document: Document, path: readonly (string | number)[]): YamlPlace | undefined {
  let node = resolve(document, document.contents);
  for (const step of path) {
    node = resolve(document, child(document, node, step));
    if (node === undefined) return undefined;
  }
  if (node?.range == null) return undefined;
  const offset = node.range[0];
  if (!isScalar(node) || typeof node.value !== 'string') return { offset };
  return { offset, scalar: { value: node.value, type: node.type ?? 'PLAIN', end: node.range[1] } };
}

function resolve(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}

function child(document: Document, node: Node | undefined, step: string | number): unknown {
  if (isSeq(node)) return typeof step === 'number' ? node.items[step] : undefined;
  if (!isMap(node)) return undefined;
  const pairs = node.items.filter((item) => keyText(document, item.key) === String(step));
  return pairs.at(-1)?.value;
}

function keyText(document: Document, key: unknown): string | undefined {
  const node = resolve(document, key);
  return isScalar(node) ? String(node.value) : undefined;
}
