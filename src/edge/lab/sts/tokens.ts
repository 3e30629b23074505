import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** What a session token holds: all that the lab needs to know of the session, so that nothing is kept. */
export interface SessionClaims {
  readonly accessKeyId: string;
  /** ARN of the role with its path, of the user, or of the account's root. */
  readonly principal: string;
  /** Of the role or user when the session was made: one that was made again under its name is another. */
  readonly uniqueId: string;
  /** RoleSessionName. */
  readonly name?: string;
  /** Session tags, the inherited ones among them. */
  readonly tags: Readonly<Record<string, string>>;
  readonly transitive: readonly string[];
  readonly sourceIdentity: string | null;
  readonly origin: 'start' | 'assumed' | 'web-identity';
  /** Seconds since 1970. */
  readonly issued: number;
  readonly expires: number;
  /** Session policies: a document as it was given, or the ARN of a managed policy. */
  readonly policies?: readonly ({ readonly document: string } | { readonly arn: string })[];
  /** Made by GetSessionToken: whether a code of an MFA device was given. */
  readonly mfa?: boolean;
}

/** Temporary credentials. */
export interface TemporaryCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: string;
}

/** Makes and reads the lab's session tokens. */
export interface SessionTokens {
  readonly issue: (claims: Omit<SessionClaims, 'accessKeyId'>) => TemporaryCredentials;
  /** undefined: it is not one of this lab. Whether it has expired is for the caller to ask. */
  readonly read: (token: string) => SessionClaims | undefined;
  /** The secret of a temporary access key. */
  readonly secretOf: (accessKeyId: string) => string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Letters and digits as AWS's ids have them, e.g. `AROA` and 17 more. */
export function randomId(prefix: string, length: number): string {
  return prefix + Array.from(randomBytes(length), (byte) => ALPHABET[byte & 31]).join('');
}

/** What came from outside and grows beyond this when it is unpacked is no token of ours. */
const LARGEST = 64 * 1024;

/** Tokens that are remembered once they were opened: a session is used again and again. */
const MOST_KNOWN = 500;

/** What is longer is compressed: session policies repeat themselves, and a token may be 4,096 characters in a header. */
const LONG = 800;

const [PLAIN, COMPRESSED] = [Buffer.of(0), Buffer.of(1)] as const;

function pack(text: string): Buffer {
  const bytes = Buffer.from(text);
  return bytes.length <= LONG ? Buffer.concat([PLAIN, bytes]) : Buffer.concat([COMPRESSED, deflateRawSync(bytes)]);
}

/** Throws when it unpacks to more than any token of ours. */
function unpack(packed: Buffer): string {
  const rest = packed.subarray(1);
  return (packed[0] === PLAIN[0] ? rest : inflateRawSync(rest, { maxOutputLength: LARGEST })).toString();
}

/** Node takes a key object at once; of bytes it asks first, at some cost, what they are. */
function derived(key: Buffer, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
}

/**
 * Session tokens that hold their session, encrypted and authenticated (AES-256-GCM), under a key of this lab.
 *
 * @param key 32 bytes; another lab's tokens are not read
 */
export function sessionTokens(key: Buffer): SessionTokens {
  const sealing = derived(key, 'session token');
  const signing = derived(key, 'temporary secret');
  const known = new Map<string, SessionClaims>();
  const secretOf = (accessKeyId: string): string =>
    createHmac('sha256', signing).update(accessKeyId).digest('base64').slice(0, 40);
  return {
    secretOf,
    issue: (claims) => {
      const accessKeyId = randomId('ASIA', 16);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealing, iv);
      const packed = pack(JSON.stringify({ ...claims, accessKeyId }));
      const sealed = Buffer.concat([iv, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
      return {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretOf(accessKeyId),
        SessionToken: sealed.toString('base64'),
        Expiration: new Date(claims.expires * 1000).toISOString().replace('.000Z', 'Z'),
      };
    },
    read: (token) => {
      const before = known.get(token);
      if (before !== undefined) return before;
      const sealed = Buffer.from(token, 'base64');
      // Base64 has several spellings of one value; only ours is a token.
      if (sealed.length < 29 || sealed.toString('base64') !== token) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealing, sealed.subarray(0, 12));
        decipher.setAuthTag(sealed.subarray(-16));
        const packed = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
        const claims = JSON.parse(unpack(packed)) as SessionClaims;
        if (known.size >= MOST_KNOWN) known.clear();
        known.set(token, claims);
        return claims;
      } catch {
        return undefined;
      }
    },
  };
}
