/** A line longer than this is not read (64 MiB: larger than any account's policies). */
const LONGEST = 64 * 1024 * 1024;

const NEWLINE = 0x0a;

/** One line of a file: its number from 1, and its text or what is wrong with its bytes. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly wrong: string; readonly column?: number };

/**
 * Cuts bytes into lines of UTF-8 text without ever holding more than one line. Blank lines are left out (they count);
 * a BOM before the first line and CR before LF are dropped. Bytes that are not UTF-8 and lines of more than 64 MiB come
 * back as what is wrong.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 0;
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = finish(++number, held, size, chunk.subarray(start, end));
      held = [];
      size = 0;
      start = end + 1;
      if (line !== undefined) yield line;
    }
    const rest = chunk.subarray(start);
    size += rest.length;
    if (size <= LONGEST) held.push(rest);
    else held = [];
  }
  if (size > 0) {
    const line = finish(++number, held, size, new Uint8Array());
    if (line !== undefined) yield line;
  }
}

function finish(number: number, held: readonly Uint8Array[], size: number, last: Uint8Array): Line | undefined {
  if (size + last.length > LONGEST) return { number, wrong: `the line is longer than ${LONGEST / 1024 / 1024} MiB` };
  const bytes = held.length === 0 ? last : Buffer.concat([...held, last]);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { number, wrong: 'the file is UTF-16; UTF-8 is expected' };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: number !== 1 }).decode(bytes);
  } catch {
    const column = Buffer.from(bytes).toString('utf8').indexOf('\ufffd') + 1;
    return { number, wrong: 'the line is not UTF-8', ...(column > 0 ? { column } : {}) };
  }
  if (text.endsWith('\r')) text = text.slice(0, -1);
  return text.trim() === '' ? undefined : { number, text };
}
