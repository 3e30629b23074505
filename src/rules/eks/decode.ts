import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { resolveScalar } from './scalar.ts';

/** A parsed document with the few distinctions that decide how aws-auth is read. `source` is a scalar's text as written. */
export type YamlValue =
  | { readonly kind: 'null' | 'boolean' | 'number' | 'nonfinite'; readonly source: string }
  | { readonly kind: 'string'; readonly text: string; readonly source: string }
  | { readonly kind: 'list'; readonly items: readonly YamlValue[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, YamlValue>; readonly repeated: readonly string[] };

/** What stops the decoding of a whole document. */
export class Refused extends Error {}

/** One decoding: it counts, because goyaml.v2 refuses a document that is mostly aliases (decode.go allowedAliasRatio). */
export interface Decoding {
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly open: Set<Alias>;
  decoded: number;
  aliased: number;
  depth: number;
}

/** What each alias stands for: the last node before it that carries the anchor (goyaml.v2 decode.go `parser.anchor`). */
export function aliasTargets(root: Node | null): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const walk = (node: Node | null): void => {
    if (node === null) return;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) throw new Refused(`unknown anchor '${node.source}' referenced`);
      targets.set(node, target);
      return;
    }
    if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
    if (isSeq(node)) for (const item of node.items) walk(item as Node);
    if (!isMap(node)) return;
    for (const pair of node.items) {
      walk(pair.key as Node | null);
      walk(pair.value as Node | null);
    }
  };
  walk(root);
  return targets;
}

/** Counts one decoded node. Throws `Refused` when too much of the document comes out of aliases. */
export function count(decoding: Decoding): void {
  decoding.decoded++;
  if (decoding.depth > 0) decoding.aliased++;
  const { aliased, decoded } = decoding;
  if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedAliasRatio(decoded)) {
    throw new Refused('document contains excessive aliasing');
  }
}

function allowedAliasRatio(decoded: number): number {
  const low = 400_000;
  const high = 4_000_000;
  if (decoded <= low) return 0.99;
  return decoded >= high ? 0.1 : 0.99 - 0.89 * ((decoded - low) / (high - low));
}

/** Decodes one node as goyaml.v2 does into `interface{}`. Throws `Refused`, and RangeError on nesting without end. */
export function toValue(node: Node | null, decoding: Decoding): YamlValue {
  count(decoding);
  if (node === null) return { kind: 'null', source: '' };
  if (isAlias(node)) return through(node, decoding, (target) => toValue(target, decoding));
  if (isScalar(node)) return scalar(node);
  if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => toValue(item as Node, decoding)) };
  const entries = new Map<string, YamlValue>();
  const repeated: string[] = [];
  fill(node, decoding, entries, repeated);
  return { kind: 'map', entries, repeated };
}

function fill(node: Node, decoding: Decoding, entries: Map<string, YamlValue>, repeated: string[]): void {
  if (!isMap(node)) throw new Refused('map merge requires map or sequence of maps as the value');
  const own = new Set<string>();
  for (const pair of node.items) {
    const key = pair.key as Node | null;
    const value = pair.value as Node | null;
    if (isMerge(key)) {
      merge(value, decoding, entries);
      continue;
    }
    const name = keyText(toValue(key, decoding));
    if (own.has(name)) repeated.push(name);
    own.add(name);
    // A repeated key keeps its last value (decode.go setMapIndex, not strict).
    entries.set(name, toValue(value, decoding));
  }
}

/** A merge sets its keys where it stands, so it overrides what stands before it; in a list the earlier maps win (decode.go merge). */
function merge(value: Node | null, decoding: Decoding, entries: Map<string, YamlValue>): void {
  const sources = isSeq(value) ? (value.items as Node[]).toReversed() : [value];
  for (const source of sources) {
    count(decoding);
    if (source !== null && isAlias(source)) through(source, decoding, (target) => fill(target, decoding, entries, []));
    else if (source !== null && isMap(source)) fill(source, decoding, entries, []);
    else throw new Refused('map merge requires map or sequence of maps as the value');
  }
}

function through<T>(alias: Alias, decoding: Decoding, then: (target: Node) => T): T {
  const target = decoding.targets.get(alias);
  if (target === undefined) throw new Refused(`unknown anchor '${alias.source}' referenced`);
  if (decoding.open.has(alias)) throw new Refused(`anchor '${alias.source}' value contains itself`);
  decoding.open.add(alias);
  decoding.depth++;
  const out = then(target);
  decoding.depth--;
  decoding.open.delete(alias);
  return out;
}

function scalar(node: Scalar): YamlValue {
  const source = String(node.value ?? '');
  const resolved = resolveScalar(node.tag ?? '', source, node.type === 'PLAIN' || node.type === undefined);
  if (resolved.kind === 'error') throw new Refused(resolved.error);
  return { ...resolved, source };
}

function isMerge(key: Node | null): boolean {
  return key !== null && isScalar(key) && key.value === '<<' && (key.type === 'PLAIN' || key.tag === 'tag:yaml.org,2002:merge');
}

/** sigs.k8s.io/yaml turns keys into text and refuses the document where it cannot (yaml.go convertToJSONableObject). */
function keyText(key: YamlValue): string {
  if (key.kind === 'list' || key.kind === 'map') throw new Refused('invalid map key: a list or a map');
  if (key.kind === 'null') throw new Refused('unsupported map key: null');
  return key.kind === 'string' ? key.text : key.source;
}
