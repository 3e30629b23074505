import { isAscii, isUtf8 } from 'node:buffer';
import type { Unreadable } from '../../inventory/index.ts';

/** V8 makes no longer strings than this many characters (2^29 - 24). */
const LONGEST = 0x1fffffe8;

const PIECE = 64 * 1024;

/**
 * The text of a file's bytes: UTF-8 with or without a byte order mark, or UTF-16 with one (what PowerShell's `>`
 * writes) or plainly recognisable without. Anything else is refused with the place of the first wrong byte: to guess
 * an encoding could change a name.
 */
export function decode(bytes: Buffer): string | Unreadable {
  if (bytes.length >= LONGEST) return { unreadable: 'too-large', message: 'the file is too large to be read at once' };
  const wide = utf16(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  if (isAscii(bytes)) return fromAscii(bytes);
  if (isUtf8(bytes)) return bytes.toString('utf8', bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  const at = firstInvalid(bytes);
  const hex = (bytes[at] ?? 0).toString(16).padStart(2, '0');
  const line = 1 + bytes.subarray(0, at).reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 0);
  return { unreadable: 'encoding', message: `not UTF-8: byte 0x${hex} at offset ${at} (line ${line}); save the file as UTF-8` };
}

/**
 * Small pieces are strings of V8's heap, and so is what they are joined to. From a megabyte on, Node keeps a string outside
 * the heap, and of those each few dozen bring on a full collection.
 */
function fromAscii(bytes: Buffer): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += PIECE) text += bytes.toString('latin1', i, i + PIECE);
  return text;
}

function utf16(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // JSON and YAML begin with two ASCII characters (RFC 4627 section 3 tells UTF-16 by their zeros).
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0 && bytes.length % 2 === 0) return 'utf-16le';
  if (first === 0 && second !== 0 && third === 0 && fourth !== 0 && bytes.length % 2 === 0) return 'utf-16be';
  return undefined;
}

/** Offset of the first byte that is no UTF-8, by halving: a prefix is valid, or it is cut within one character. */
function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let end = bytes.length;
  while (end - valid > 4) {
    const middle = (valid + end) >> 1;
    const cut = characterStart(bytes, middle);
    if (cut > valid && isUtf8(bytes.subarray(valid, cut))) valid = cut;
    else end = middle;
  }
  let at = valid;
  while (at < bytes.length) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)));
    if (length === undefined) return at;
    at += length;
  }
  return at;
}

function characterStart(bytes: Buffer, at: number): number {
  let i = at;
  while (i > 0 && ((bytes[i] ?? 0) & 0xc0) === 0x80 && at - i < 4) i--;
  return i;
}
