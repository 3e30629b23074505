import type { ElementText, Unreadable } from '../../inventory/index.ts';
import { decode } from './decode.ts';

/** An object or a list of the skeleton that is walked into. */
interface Frame {
  readonly list: boolean;
  index: number;
  key: string;
}

/** A value (or key) whose bytes are being collected. */
interface Capture {
  readonly isKey: boolean;
  readonly parts: Uint8Array[];
  /** Begins in the present chunk at this offset. */
  from: number;
  depth: number;
  inString: boolean;
  escaped: boolean;
  /** A number or a word: ends before the next punctuation. */
  readonly bare: boolean;
}

type State = 'value' | 'first' | 'key' | 'colon' | 'after';

/**
 * Splits large JSON, as it comes in chunks of bytes, into pieces that are each a value of their own: the elements of
 * the lists that a page has under its keys (`RoleDetailList[17]`, `items[3]`), other values whole. Pages may stand in a
 * list or one after another. Where chunks begin and end never matters. A piece is not yet known to be JSON.
 */
export function* splitJson(chunks: Iterable<Uint8Array>): Generator<ElementText | Unreadable> {
  const frames: Frame[] = [];
  let state: State = 'value';
  let capture: Capture | undefined;
  let document = 0;
  let offset = 0;

  const piece = (path: readonly (string | number)[], text: string): ElementText => ({ document, path, text });
  const here = (): readonly (string | number)[] => frames.map((frame) => (frame.list ? frame.index : frame.key));

  for (const chunk of chunks) {
    if (capture !== undefined) capture.from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (capture !== undefined) {
        const ended = step(capture, byte);
        if (ended === 'no') continue;
        capture.parts.push(chunk.subarray(capture.from, ended === 'here' ? i + 1 : i));
        const text = decode(Buffer.concat(capture.parts));
        if (typeof text !== 'string') return yield text;
        const frame = frames.at(-1);
        if (capture.isKey) {
          const key = readKey(text);
          if (key === undefined || frame === undefined) return yield wrong(offset + i, 'a key');
          frame.key = key;
          state = 'colon';
        } else {
          yield piece(here(), text);
          state = 'after';
        }
        capture = undefined;
        if (ended === 'here') continue;
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      const frame = frames.at(-1);
      if (frame === undefined && state === 'value' && offset + i < 3 && byte >= 0xbb) continue; // the mark of UTF-8
      if (state === 'after' && frame !== undefined) {
        if (byte === 0x2c) {
          frame.index++;
          state = frame.list ? 'value' : 'key';
        } else if (byte === (frame.list ? 0x5d : 0x7d)) state = close();
        else return yield wrong(offset + i, '","');
      } else if (state === 'first' && frame !== undefined && byte === (frame.list ? 0x5d : 0x7d)) {
        frames.pop();
        yield piece(here(), frame.list ? '[]' : '{}');
        frames.push(frame);
        state = close();
      } else if (state === 'colon') {
        if (byte !== 0x3a) return yield wrong(offset + i, '":"');
        state = 'value';
      } else if (frame !== undefined && !frame.list && state !== 'value') {
        if (byte !== 0x22) return yield wrong(offset + i, 'a key in double quotes');
        capture = start(true, i, byte);
      } else if (descends(frames, byte)) {
        frames.push({ list: byte === 0x5b, index: 0, key: '' });
        state = 'first';
      } else if (frame === undefined) {
        return yield wrong(offset + i, '"{" or "["');
      } else capture = start(false, i, byte);
    }
    if (capture !== undefined) capture.parts.push(Uint8Array.prototype.slice.call(chunk, capture.from));
    offset += chunk.length;
  }
  if (frames.length > 0) yield { unreadable: 'truncated', message: `the file ends early, after ${offset} bytes` };

  /** Leaves a list or object; after the outermost one another document may follow. */
  function close(): State {
    frames.pop();
    if (frames.length > 0) return 'after';
    document++;
    return 'value';
  }
}

/** Lists of pages, pages, and the lists of a page are walked into; everything below is a piece. */
function descends(frames: readonly Frame[], byte: number): boolean {
  const pages = frames.filter((frame) => !frame.list).length;
  if (byte === 0x7b) return pages === 0;
  return byte === 0x5b && (pages === 0 || frames.at(-1)?.list === false);
}

function start(isKey: boolean, from: number, byte: number): Capture {
  const depth = byte === 0x7b || byte === 0x5b ? 1 : 0;
  const inString = byte === 0x22;
  return { isKey, parts: [], from, depth, inString, escaped: false, bare: depth === 0 && !inString };
}

/** Feeds one byte after the first; says whether the value ends with it, before it, or not yet. */
function step(capture: Capture, byte: number): 'here' | 'before' | 'no' {
  if (capture.inString) {
    if (capture.escaped) capture.escaped = false;
    else if (byte === 0x5c) capture.escaped = true;
    else if (byte === 0x22) {
      capture.inString = false;
      return capture.depth === 0 ? 'here' : 'no';
    }
    return 'no';
  }
  if (capture.bare) {
    const ends =
      byte === 0x2c || byte === 0x7d || byte === 0x5d || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    return ends ? 'before' : 'no';
  }
  if (byte === 0x22) capture.inString = true;
  else if (byte === 0x7b || byte === 0x5b) capture.depth++;
  else if ((byte === 0x7d || byte === 0x5d) && --capture.depth === 0) return 'here';
  return 'no';
}

function readKey(text: string): string | undefined {
  try {
    const key: unknown = JSON.parse(text);
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

function wrong(offset: number, expected: string): Unreadable {
  return { unreadable: 'not-json', message: `not JSON: ${expected} is expected at byte ${offset}` };
}
