import type { Document } from 'yaml';
import { yamlDocuments } from '../../base/index.ts';
import { type FileContent, type FileDocument, fail, failAt } from './content.ts';
import { readPlainYaml } from './plain-yaml.ts';
import type { Report } from './report.ts';
import { describeValue } from './values.ts';

/** Aliases may be followed this often (yaml counts an anchor's size): more is a billion-laughs text. */
const MOST_ALIASES = 100;

/** YAML longer than this is refused: it is no dump of roles and bindings, and the parser needs many times its size. */
const LONGEST = 64 * 1024 * 1024;

/** Reads the documents of a YAML file (YAML 1.2 core schema with merge keys, as kubectl's output needs). */
export function parseYaml(file: string, text: string, report: Report): FileContent {
  if (text.length > LONGEST) {
    return failAt(report, file, text, 0, 'too-large', 'YAML of this size is not read; ask for JSON (-o json)');
  }
  const plain = readPlainYaml(text);
  if (plain !== undefined && plain.length > 0 && plain.every((value) => typeof value === 'object' && value !== null)) {
    return { documents: plain.map((value, i) => ({ file, value, path: plain.length > 1 ? [i] : [], ambiguous: [] })) };
  }
  let filled: readonly Document[];
  try {
    filled = yamlDocuments(text);
  } catch (error) {
    return tooMuch(file, report, error);
  }
  const documents: FileDocument[] = [];
  for (const document of filled) {
    const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
    if (broken !== undefined) {
      return failAt(report, file, text, broken.pos[0], 'not-yaml', `not YAML: ${broken.message.split('\n', 1)[0] ?? ''}`);
    }
    for (const { pos } of document.errors) {
      failAt(report, file, text, pos[0], 'duplicate-key', 'a key stands twice in one object');
    }
    const path = filled.length > 1 ? [documents.length] : [];
    try {
      const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
      documents.push({ file, value, path, ambiguous: document.errors.length > 0 ? [[]] : [] });
    } catch (error) {
      return tooMuch(file, report, error);
    }
  }
  if (documents.length > 0 && documents.every(({ value }) => typeof value !== 'object')) {
    return failAt(report, file, text, 0, 'wrong-kind', `JSON or YAML is expected; this is ${describeValue(documents[0]?.value)}`);
  }
  return { documents };
}

function tooMuch(file: string, report: Report, error: unknown): FileContent {
  // The parser says the rest in words alone: a merge of what is no mapping, an alias without its anchor.
  if (error instanceof Error && /^(?:Merge sources|Unresolved alias)/.test(error.message)) {
    report.add({ code: 'not-yaml', message: `not YAML: ${error.message}`, file });
    return fail(error.message);
  }
  const deep = error instanceof RangeError;
  const message = deep ? 'nested too deeply' : 'too many aliases (a text that grows without end when its anchors are followed)';
  report.add({ code: deep ? 'too-deep' : 'too-many-aliases', message, file });
  return fail(message);
}
