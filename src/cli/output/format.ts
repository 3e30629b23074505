import { nearest } from '../../base/index.ts';
import { usage } from '../exit.ts';

/** How an answer is printed. */
export type Format = 'text' | 'json' | 'yaml';

/** What `-o` takes; `table` is kubectl's word for what people read. */
const WORDS: Readonly<Record<string, Format>> = { text: 'text', table: 'text', json: 'json', yaml: 'yaml' };

/** Reads the value of `-o`. Throws a CliError. */
export function parseFormat(word: string): Format {
  const format = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (format !== undefined) return format;
  const [near] = nearest(word, Object.keys(WORDS));
  throw usage(near === undefined || word === '' ? 'it takes text, json or yaml' : `did you mean ${near}?`);
}
