import { parseSource } from './text/parse.ts';
import { flatten, rootOf } from './text/place.ts';
import { makeReport } from './text/report.ts';
import type { Source } from './text/source.ts';

/** A file's answers as plain values, without where they stand. */
export interface Answers {
  /** One for each page or answer; lists of pages are taken apart. */
  readonly pages: readonly unknown[];
  /** Whether nothing at all was wrong with the file. */
  readonly sound: boolean;
}

/**
 * Reads a file of an inventory into plain values, for who wants more of the answers than the model holds. JSON, JSON in a
 * row, YAML, as `makeInventory` reads them. Never throws.
 */
export function readAnswers(source: Source): Answers {
  const report = makeReport();
  const { documents, failure } = parseSource(source, report);
  const pages = documents.flatMap((document) => flatten(rootOf(document))).map(({ value }) => value);
  return { pages, sound: failure === undefined && report.all().length === 0 };
}
