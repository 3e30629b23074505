import { isCollection, isMap, isPair, isScalar, type Node, type Scalar, visit } from 'yaml';

/**
 * Why libyaml (YAML 1.1, under goyaml.v2) may refuse or read otherwise a text that this YAML 1.2 parser takes; undefined
 * when nothing of the kind is in it. Found by comparing the two on mutated texts; such a text is never a verdict.
 */
export function doubt(text: string, root: Node | null): string | undefined {
  // libyaml skips no tab where a key may begin: at the start of a line and after "- " (scannerc.go scan_to_next_token).
  if (/^ *(?:[-?:] +)*(?:[-?:] *)?\t/m.test(text)) return 'a tab stands where only spaces may';
  if (text.includes('\ufeff')) return 'a byte order mark stands within it';
  if (/^(?:%|\.\.\.|\? )/m.test(text)) return 'it has a directive, a document end or an explicit key';
  let found: string | undefined;
  if (root === null) return found;
  visit(root, (_key, node, path) => {
    found ??= badTag(text, node) ?? badAnchor(node) ?? longKey(text, node, path.at(-1)) ?? cutBlock(text, node);
    const parent = path.findLast((above) => isCollection(above));
    if (isScalar(node) && isCollection(parent) && parent.flow === true) found ??= flowDoubt(text, node);
    return found === undefined ? undefined : visit.BREAK;
  });
  return found;
}

function badAnchor(node: unknown): string | undefined {
  const anchored = isScalar(node) || isCollection(node) ? node.anchor : undefined;
  return anchored === undefined || /^[\w-]+$/.test(anchored)
    ? undefined
    : `the anchor "${anchored}" has characters that libyaml refuses`;
}

function badTag(text: string, node: unknown): string | undefined {
  const start = isScalar(node) || isCollection(node) ? node.range?.[0] : undefined;
  if (start === undefined) return undefined;
  const tag = /(?:^|[\s,[{])(!\S*)[ \t]*$/.exec(text.slice(Math.max(0, start - 80), start))?.[1];
  return tag === undefined || /^!!(?:str|int|float|bool|null|binary|timestamp|seq|map|merge)$/.test(tag)
    ? undefined
    : `the tag ${tag} is none of the usual`;
}

/** libyaml gives a block text that the end of the file cuts off no line end (scannerc.go yaml_parser_scan_block_scalar). */
function cutBlock(text: string, node: unknown): string | undefined {
  if (!isScalar(node) || (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')) return undefined;
  const isCut = node.range?.[1] === text.length && !/[\r\n]$/.test(text) && String(node.value).endsWith('\n');
  return isCut ? 'a block text is cut off by the end of the file' : undefined;
}

/** A key and its colon stand on one line in YAML 1.1, also within a flow map. */
function longKey(text: string, node: unknown, parent: unknown): string | undefined {
  if (!isPair(node) || !isScalar(node.key) || !isMap(parent) || parent.flow !== true) return undefined;
  const [start, end] = node.key.range ?? [0, 0];
  // goyaml.v2 wants a blank after the colon of a plain key; after a quoted one, as in JSON, it does not.
  const plain = node.key.type === 'PLAIN' || node.key.type === undefined;
  if (plain && /^ *:[,[\]{}]/.test(text.slice(end, end + 20))) return 'a colon within a flow map has no blank after it';
  const value = isScalar(node.value) || isCollection(node.value) ? node.value.range?.[0] : undefined;
  const between = text.slice(start, value ?? end);
  const colon = between.indexOf(':', end - start);
  return colon >= 0 && between.slice(0, colon).includes('\n') ? 'a key of a flow map goes over lines' : undefined;
}

function flowDoubt(text: string, node: Scalar): string | undefined {
  if (node.type !== 'PLAIN' || node.range === null || node.range === undefined) return undefined;
  const source = text.slice(node.range[0], node.range[1]);
  if (source.includes('\n')) return 'a plain text goes over lines within a flow collection';
  if (/^:|\?|:$/.test(source))
    return `"${source}" has a colon or question mark that YAML 1.1 reads otherwise within a flow collection`;
  return undefined;
}
