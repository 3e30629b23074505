import { createHmac, randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Seconds that a code is shown. */
const STEP = 30;

/** A new seed in base32, as long as AWS's: 64 characters. */
export function newSeed(): string {
  return Array.from(randomBytes(64), (byte) => ALPHABET[byte & 31]).join('');
}

/** The number of the step that a moment is in. */
export function stepAt(at: Date): number {
  return Math.floor(at.getTime() / 1000 / STEP);
}

/**
 * The code of six digits that a device with this seed shows in a step (RFC 6238 with SHA-1, RFC 4226 §5.3).
 *
 * @param seed base32 (RFC 4648), without padding
 */
export function codeOf(seed: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(seed)).update(counter).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** The step that a code is of: the present one, the one before or the one after; undefined when it is of none. */
export function stepOf(seed: string, code: string, at: Date): number | undefined {
  const present = stepAt(at);
  return [present, present - 1, present + 1].find((step) => codeOf(seed, step) === code);
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    value = ((value << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 255);
  }
  return Buffer.from(bytes);
}
