/**
 * A quick reader for the YAML that kubectl and the aws CLI write: block maps and lists, scalars of one line, literal
 * blocks. It is some thirty times as fast as a full parser, and a hundred clusters are read in one run.
 *
 * It gives up (undefined) at the first thing that is not plainly of that kind (anchors, tags, flow collections, folded
 * text, comments after values, keys that stand twice, numbers in unusual forms); the full parser then decides. What it
 * does read it reads as YAML 1.2's core schema does; test/inventory compares the two on generated texts.
 */
export function readPlainYaml(text: string): readonly unknown[] | undefined {
  if (/[\t\r\ufeff\u0085\u2028\u2029]/.test(text)) return undefined;
  const documents: unknown[] = [];
  for (const part of text.split(/^---$/m)) {
    if (/^\s*$/.test(part)) continue;
    const reader: Reader = { lines: part.split('\n'), at: 0, indent: 0, content: '' };
    const value = advance(reader) ? readNode(reader, reader.indent, 0) : GIVE_UP;
    if (value === GIVE_UP || reader.at < reader.lines.length) return undefined;
    documents.push(value);
  }
  return documents;
}

interface Reader {
  readonly lines: string[];
  at: number;
  /** Of the line at `at`: spaces before its text, and the text. */
  indent: number;
  content: string;
}

const GIVE_UP: unique symbol = Symbol('give up');
const DEEPEST = 60;
const KEY = /^(?:([A-Za-z_.$/][\w.$/~@ -]*)|"([^"\\]*)"|'([^']*)'):(?: +(.*))?$/;
/** Keys that a schema would read as something else than text, or that mean something to YAML or JavaScript. */
const ODD_KEY = /^(?:~|null|true|false|__proto__|\.inf|\.nan|\.)$|^\.\d/i;

/** Moves to the next line that holds something; false at the end. */
function advance(reader: Reader): boolean {
  for (; reader.at < reader.lines.length; reader.at++) {
    const line = reader.lines[reader.at] ?? '';
    let indent = 0;
    while (line.charCodeAt(indent) === 0x20) indent++;
    if (indent === line.length || line.charCodeAt(indent) === 0x23) continue;
    reader.indent = indent;
    reader.content = line.slice(indent);
    return true;
  }
  reader.indent = -1;
  reader.content = '';
  return false;
}

function next(reader: Reader): void {
  reader.at++;
  advance(reader);
}

function isItem(content: string): boolean {
  return content.charCodeAt(0) === 0x2d && (content.length === 1 || content.charCodeAt(1) === 0x20);
}

function readNode(reader: Reader, indent: number, depth: number): unknown {
  if (depth > DEEPEST) return GIVE_UP;
  return isItem(reader.content) ? readSequence(reader, indent, depth) : readMap(reader, indent, depth);
}

function readSequence(reader: Reader, indent: number, depth: number): unknown {
  const items: unknown[] = [];
  while (reader.indent === indent && isItem(reader.content)) {
    let skip = 1;
    while (reader.content.charCodeAt(skip) === 0x20) skip++;
    const rest = reader.content.slice(skip);
    if (rest === '') return GIVE_UP;
    let value: unknown;
    if (isItem(rest) || KEY.test(rest)) {
      // "- key: value" is a map that begins in the middle of the line.
      reader.indent = indent + skip;
      reader.content = rest;
      value = readNode(reader, indent + skip, depth + 1);
    } else {
      value = readScalar(rest);
      next(reader);
    }
    if (value === GIVE_UP) return GIVE_UP;
    items.push(value);
  }
  return reader.indent > indent ? GIVE_UP : items;
}

function readMap(reader: Reader, indent: number, depth: number): unknown {
  const map: Record<string, unknown> = {};
  while (reader.indent === indent && !isItem(reader.content)) {
    const match = KEY.exec(reader.content);
    if (match === null) return GIVE_UP;
    const plain = match[1];
    const key = plain ?? match[2] ?? match[3] ?? '';
    if (plain !== undefined && (ODD_KEY.test(plain) || plain.endsWith(' ') || plain.includes(' #'))) return GIVE_UP;
    if (key === '__proto__' || Object.hasOwn(map, key)) return GIVE_UP;
    const value = readValue(reader, match[4]?.trimEnd() ?? '', indent, depth);
    if (value === GIVE_UP) return GIVE_UP;
    map[key] = value;
  }
  return reader.indent > indent ? GIVE_UP : map;
}

/** The reader stands on the line of a key; `rest` is what follows the colon. */
function readValue(reader: Reader, rest: string, indent: number, depth: number): unknown {
  if (rest === '|' || rest === '|-' || rest === '|+') return readBlock(reader, rest.slice(1), indent);
  next(reader);
  if (rest !== '') return readScalar(rest);
  if (reader.indent > indent) return readNode(reader, reader.indent, depth + 1);
  if (reader.indent === indent && isItem(reader.content)) return readSequence(reader, indent, depth + 1);
  return null;
}

function readBlock(reader: Reader, chomping: string, parent: number): unknown {
  const { lines } = reader;
  const start = reader.at + 1;
  const first = lines[start] ?? '';
  const indent = first.length - first.trimStart().length;
  if (indent <= parent || first.trim() === '') return GIVE_UP;
  const prefix = ' '.repeat(indent);
  const out: string[] = [];
  let end = start;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? '';
    if (line.startsWith(prefix)) out.push(line.slice(indent));
    else if (line.trim() === '') out.push('');
    else if (line.length - line.trimStart().length > parent) return GIVE_UP;
    else break;
  }
  // The text's own last line break ends its last line; it is no empty line of the block.
  if (end === lines.length && out.at(-1) === '') out.pop();
  reader.at = end;
  advance(reader);
  const text = `${out.join('\n')}\n`;
  if (chomping === '+') return text;
  return text.replace(/\n+$/, chomping === '-' ? '' : '\n');
}

const NUMBER_LIKE = /^[-+.]?(?:\d|\.\d|\.?(?:inf|nan)$)/i;
const NUMERIC = /^(?:[-+]?\d+|0o[0-7]+|0x[\da-f]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?|[-+]?\.inf|\.nan)$/i;

function readScalar(text: string): unknown {
  const first = text.charAt(0);
  if (first === '"') {
    if (!/^"(?:[^"\\]|\\.)*"$/.test(text)) return GIVE_UP;
    if (!text.includes('\\')) return text.slice(1, -1);
    // JSON's escapes mean the same in YAML; others are left to the full parser.
    return /\\[^"\\nrtbfu]/.test(text.replaceAll('\\\\', '')) ? GIVE_UP : parseQuoted(text);
  }
  if (first === "'") return /^'(?:[^']|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : GIVE_UP;
  if (text === '{}') return {};
  if (text === '[]') return [];
  if (!/^(?:[\w./($+=<^;]|-[\w.])/.test(text) || text.includes(': ') || text.includes(' #') || text.endsWith(':')) return GIVE_UP;
  switch (text) {
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    default:
      if (!NUMBER_LIKE.test(text) || !NUMERIC.test(text)) return text;
      return /^(?:0|-?[1-9]\d{0,14})$/.test(text) ? Number(text) : GIVE_UP;
  }
}

function parseQuoted(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return GIVE_UP;
  }
}
