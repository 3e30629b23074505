import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Unreadable } from '../../inventory/index.ts';
import { decode } from './decode.ts';
import { readFailure } from './walk.ts';

/** Larger files get memory of their own: what is kept for the next file stays small. */
const LARGEST = 16 * 1024 * 1024;

/**
 * The bytes of one file at a time, used again for the next. V8 counts memory outside its heap as a reason to collect
 * garbage: with fresh bytes for each of two hundred files, most of the time went into collections that freed nothing.
 */
let shared = Buffer.allocUnsafeSlow(256 * 1024);

/** Reads and decodes a file, or says why not. */
export function readText(file: string): string | Unreadable {
  try {
    return decode(readBytes(file));
  } catch (error) {
    const { code, message } = readFailure(error);
    return { unreadable: code, message };
  }
}

/** The bytes of a file, good until the next call. */
function readBytes(file: string): Buffer {
  const handle = openSync(file, 'r');
  try {
    const stats = fstatSync(handle);
    // Of pipes and of what the system makes up while it is read nobody knows the size.
    if (!stats.isFile() || stats.size === 0 || stats.size >= LARGEST) return readFileSync(handle);
    if (shared.length <= stats.size) shared = Buffer.allocUnsafeSlow(Math.min(LARGEST, 2 * stats.size));
    let length = 0;
    for (let read = -1; read !== 0; length += read) {
      // It grew while it was read.
      if (length === shared.length) return readFileSync(file);
      read = readSync(handle, shared, length, shared.length - length, null);
    }
    return shared.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}
