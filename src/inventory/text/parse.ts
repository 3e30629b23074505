import { jsonDocuments, looksLikeJson, positionOf, scanJson } from '../../base/index.ts';
import { DEEPEST, type FileContent, type FileDocument, fail, failAt } from './content.ts';
import { failureText } from './failure.ts';
import type { Report } from './report.ts';
import { isUnreadable, type Source } from './source.ts';
import { assemble } from './streamed.ts';
import { isUnique, tryJson } from './unique.ts';
import { parseYaml } from './yaml.ts';

/** Reads a file into documents: JSON, several JSON documents in a row, or YAML. Says in `report` what is wrong; never throws. */
export function parseSource(source: Source, report: Report): FileContent {
  try {
    const pieces = source.elements?.();
    if (pieces !== undefined) return assemble(source.path, pieces, report);
    const text = source.text();
    return isUnreadable(text) ? unreadable(source, report, text.unreadable, text.message) : parseText(source.path, text, report);
  } catch (error) {
    return unreadable(source, report, 'unreadable', error instanceof Error ? error.message : String(error));
  }
}

function unreadable(source: Source, report: Report, code: string, message: string): FileContent {
  report.add({ code, message, file: source.path });
  return fail(message, code === 'refused' ? 'refused' : 'notCollected');
}

/** Same as `parseSource`, for a text at hand. */
export function parseText(file: string, text: string, report: Report): FileContent {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (body.trim() === '') {
    report.add({ code: 'empty-file', message: 'the file is empty: the command that wrote it gave no answer', file });
    return fail('the file is empty');
  }
  const zero = body.indexOf('\u0000');
  if (zero >= 0)
    return failAt(report, file, body, zero, 'binary', 'NUL character: this is no text file, or it is UTF-16 without a mark');
  const error = failureText(body);
  if (error !== undefined) {
    report.add({ code: 'error-text', message: error.why, file, line: 1, column: 1 });
    return { documents: [], failure: error };
  }
  if (/^\s*<(?!<\s*:)/.test(body)) return failAt(report, file, body, 0, 'wrong-kind', 'this is HTML or XML, no JSON or YAML');
  return looksLikeJson(body) ? parseJson(file, body, report) : parseYaml(file, body, report);
}

function parseJson(file: string, text: string, report: Report): FileContent {
  const whole = tryJson(text);
  if (whole !== undefined) return checked(file, [{ text, start: 0, value: whole.value }], report);
  const spans = jsonDocuments(text);
  const parts = spans.map(({ start, end }) => ({ text: text.slice(start, end), start, parsed: tryJson(text.slice(start, end)) }));
  const between =
    spans.map(({ start }, i) => text.slice(spans[i - 1]?.end ?? 0, start)).join('') + text.slice(spans.at(-1)?.end ?? 0);
  if (parts.length > 1 && between.trim() === '' && parts.every((part) => part.parsed !== undefined)) {
    return checked(
      file,
      parts.map((part) => ({ ...part, value: part.parsed?.value })),
      report,
    );
  }
  // Flow YAML may look like JSON; only a file that says it is YAML is read so.
  if (/\.ya?ml$/.test(file)) return parseYaml(file, text, report);
  const broken = parts.find((part) => part.parsed === undefined);
  const at = broken ?? { text, start: 0 };
  const { error } = scanJson(at.text, Number.POSITIVE_INFINITY);
  const code = error?.truncated ? 'truncated' : 'not-json';
  return failAt(
    report,
    file,
    text,
    at.start + (error?.offset ?? 0),
    code,
    `not JSON: ${error?.message ?? 'a character that JSON does not allow'}`,
  );
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly value: unknown;
}

function checked(file: string, pieces: readonly Piece[], report: Report): FileContent {
  const documents: FileDocument[] = [];
  for (const [index, { text, start, value }] of pieces.entries()) {
    const path = pieces.length > 1 ? [index] : [];
    if (isUnique(text, value, DEEPEST)) {
      documents.push({ file, value, path, ambiguous: [] });
      continue;
    }
    const scan = scanJson(text, DEEPEST);
    const whole = pieces.length > 1 ? undefined : text;
    if (scan.tooDeep !== undefined) {
      return failAt(report, file, whole ?? text, scan.tooDeep, 'too-deep', `more than ${DEEPEST} levels of brackets`);
    }
    for (const { offset, key } of scan.duplicates) {
      const at = whole === undefined ? {} : positionOf(text, start + offset);
      report.add({ code: 'duplicate-key', message: `the key ${JSON.stringify(key)} stands twice in one object`, file, ...at });
    }
    documents.push({ file, value, path, ambiguous: scan.duplicates.map((duplicate) => duplicate.path) });
  }
  return { documents };
}
