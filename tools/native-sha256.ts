// Stands for src/rules/token/sha256.ts in the binary: Bun's own hashes.

interface Hasher {
  update(bytes: Uint8Array): Hasher;
  digest(): Uint8Array;
}

declare const Bun: { readonly CryptoHasher: new (algorithm: 'sha256', key?: Uint8Array) => Hasher };

/** As in src/rules/token/sha256.ts. */
export function digest(bytes: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher('sha256').update(bytes).digest();
}

/** As in src/rules/token/sha256.ts. */
export function hmac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher('sha256', key).update(bytes).digest();
}
