import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest, hmac } from '../../src/rules/token/sha256.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('the digest is that of node:crypto, at every length around the ends of blocks', () => {
  for (let length = 0; length < 260; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255);
    expect(hex(digest(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test('digest and HMAC of any bytes are those of node:crypto', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.uint8Array({ maxLength: 200 }), (bytes, key) => {
      expect(hex(digest(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(hex(hmac(key, bytes))).toBe(createHmac('sha256', key).update(bytes).digest('hex'));
    }),
  );
});
