import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';

/** Something wrong with a configuration, or worth knowing, and where; line and column are 1-based. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A part of the configuration file that is being read; what is wrong is collected, so that all of it is told at once. */
export interface Section {
  /** The node of a key in whatever case; undefined when it is absent or null. */
  readonly get: (key: string) => Node | undefined;
  readonly text: (key: string) => string | undefined;
  readonly flag: (key: string) => boolean | undefined;
  readonly number: (key: string, least: number, most: number) => number | undefined;
  /** A list of texts; a number keeps its digits as written, so that an account id keeps its zeros. */
  readonly texts: (key: string) => readonly string[] | undefined;
  readonly section: (key: string) => Section;
  /** A list of maps. */
  readonly sections: (key: string) => readonly Section[];
  /** A node as plain values; throws where aliases grow without end. */
  readonly toJs: (node: Node) => unknown;
  readonly fault: (text: string, at?: Node | string) => void;
  /** A fault that is not yet told. */
  readonly place: (at: Node | string | undefined, text: string) => Fault;
  /** Tells the keys that nobody asked for, as warnings. */
  readonly warnUnread: (name: string) => void;
}

/** What was found out while a file was read. */
export interface Findings {
  readonly faults: Fault[];
  readonly warnings: Fault[];
}

/** Opens a YAML text as its root section. Broken YAML is a fault with its place; an empty text is an empty section. */
export function openConfig(text: string, file: string, findings: Findings): Section {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, logLevel: 'silent' });
  const place = (offset: number): Fault => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col), text: '' };
  };
  for (const error of document.errors) findings.faults.push({ ...place(error.pos[0]), text: error.message.split('\n')[0] ?? '' });
  const root = document.contents;
  const broken = findings.faults.length > 0;
  if (!broken && isNode(root) && !isMap(root)) {
    findings.faults.push({ ...place(root.range?.[0] ?? 0), text: 'the file is no map of settings (clusterID, server, …)' });
  }
  const toJs = (node: Node): unknown => node.toJS(document);
  return open(!broken && isMap(root) ? root : undefined, root as Node | null, { ...findings, place, toJs });
}

interface Reading extends Findings {
  readonly place: (offset: number) => Fault;
  readonly toJs: (node: Node) => unknown;
}

function open(map: YAMLMap | undefined, around: Node | null, reading: Reading): Section {
  const pairs = new Map<string, { readonly key: Node; readonly value: Node | undefined }>();
  const asked = new Set<string>();
  const place: Section['place'] = (where, text) => {
    const pair = typeof where === 'string' ? pairs.get(where.toLowerCase()) : undefined;
    const node = typeof where === 'string' ? (pair?.value ?? pair?.key) : where;
    return { ...reading.place(node?.range?.[0] ?? around?.range?.[0] ?? 0), text };
  };
  const fault: Section['fault'] = (text, where) => {
    reading.faults.push(place(where, text));
  };
  for (const { key, value } of map?.items ?? []) {
    if (!isScalar(key)) continue;
    const lower = String(key.value).toLowerCase();
    if (pairs.has(lower)) fault(`"${String(key.value)}" is there twice (keys are the same in whatever case)`, key);
    const isNull = isScalar(value) && value.value === null;
    pairs.set(lower, { key, value: isNode(value) && !isNull ? value : undefined });
  }
  const get: Section['get'] = (key) => {
    asked.add(key.toLowerCase());
    return pairs.get(key.toLowerCase())?.value;
  };
  const scalar = <T>(key: string, what: string, read: (node: Node) => T | undefined): T | undefined => {
    const node = get(key);
    if (node === undefined) return undefined;
    const value = read(node);
    if (value === undefined) fault(`${key} is not ${what}`, node);
    return value;
  };
  return {
    get,
    fault,
    text: (key) => scalar(key, 'a text', written),
    flag: (key) =>
      scalar(key, 'true or false', (node) => (isScalar(node) && typeof node.value === 'boolean' ? node.value : undefined)),
    number: (key, least, most) =>
      scalar(key, `a number from ${least} to ${most}`, (node) => {
        const value = isScalar(node) && typeof node.value === 'number' ? node.value : Number.NaN;
        return value >= least && value <= most ? value : undefined;
      }),
    texts: (key) =>
      scalar(key, 'a list of texts', (node) => {
        if (!isSeq(node)) return undefined;
        const items = node.items.map((item) => written(item as Node));
        return items.every((item) => item !== undefined) ? items : undefined;
      }),
    section: (key) => {
      const node = get(key);
      if (node !== undefined && !isMap(node)) fault(`${key} is no map of settings`, node);
      return open(isMap(node) ? node : undefined, node ?? around, reading);
    },
    sections: (key) => {
      const node = get(key);
      if (node === undefined) return [];
      const items = isSeq(node) ? node.items : [];
      if (!isSeq(node) || !items.every(isMap)) fault(`${key} is no list of maps`, node);
      return items.flatMap((item) => (isMap(item) ? [open(item, item, reading)] : []));
    },
    warnUnread: (name) => {
      for (const [lower, { key }] of pairs) {
        const written = isScalar(key) ? String(key.value) : lower;
        if (!asked.has(lower)) reading.warnings.push(place(key, `${name}${written} is not known here and not read`));
      }
    },
    place,
    toJs: reading.toJs,
  };
}

/** A scalar as it is written: `012345678901` is a text of twelve digits also without quotes. */
function written(node: Node): string | undefined {
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  return typeof node.value === 'number' && typeof node.source === 'string' ? node.source : undefined;
}
