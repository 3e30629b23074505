import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { ServiceAccountTokens } from './cluster-seam.ts';
import { type Fields, isFields, readFields, textAt } from './fields.ts';
import type { ClusterDoc } from './state/documents.ts';
import { LAB } from './state/scope.ts';
import type { Store } from './state/store.ts';

/** A reader of what came from outside; longer is no token of ours. */
const LONGEST = 20_000;

const KEY_ID = 'lab';

/**
 * Tokens of a cluster's OIDC issuer, signed with the lab's own key (RS256). The key is made when it is first needed, which
 * takes a while.
 */
export function issuerTokens(store: Store, issuer: string): ServiceAccountTokens {
  return {
    issuer,
    sign: (claims) => signIssued(store, issuer, claims),
    verify: (token) => {
      const claims = readIssued(store, token);
      return claims?.['iss'] === issuer ? claims : undefined;
    },
  };
}

/** A token of any issuer that the lab plays; `iss` is set here. */
export function signIssued(store: Store, issuer: string, claims: Readonly<Record<string, unknown>>): string {
  const head = encode({ alg: 'RS256', typ: 'JWT', kid: KEY_ID });
  const text = `${head}.${encode({ ...claims, iss: issuer })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), createPrivateKey(keyOf(store))).toString('base64url')}`;
}

/** The claims of a token that the lab signed, whoever its issuer is; times and audience are for the caller to check. */
export function readIssued(store: Store, token: string): Readonly<Record<string, unknown>> | undefined {
  const [head = '', body = '', signature = '', ...more] = token.length > LONGEST ? [] : token.split('.');
  if (more.length > 0 || body === '' || store.get(LAB, 'value', 'issuer-key') === undefined) return undefined;
  if (decode(head)?.['alg'] !== 'RS256') return undefined;
  const signed = Buffer.from(`${head}.${body}`);
  const held = verify('RSA-SHA256', signed, createPublicKey(keyOf(store)), Buffer.from(signature, 'base64url'));
  return held ? decode(body) : undefined;
}

/** The issuer of a cluster's service accounts, where its description names one. */
export function issuerIn({ identity }: ClusterDoc['cluster']): string | undefined {
  return isFields(identity) ? textAt(identity['oidc'], 'issuer') : undefined;
}

/** An issuer as IAM and condition keys name it: without `https://`. */
export function issuerPlace(issuer: string): string {
  return issuer.replace(/^https:\/\//, '').replace(/\/$/, '');
}

/** Issuers outside that the lab has given out tokens of, without `https://`. */
export function issuersOf(store: Store): readonly string[] {
  const kept = store.get(LAB, 'value', 'issuers')?.value;
  return kept === undefined ? [] : (JSON.parse(kept) as readonly string[]);
}

/** The public key of every issuer of the lab, as a JSON Web Key Set (RFC 7517). */
export function keySet(store: Store): Readonly<Record<string, unknown>> {
  const { kty, n, e } = createPublicKey(keyOf(store)).export({ format: 'jwk' });
  return { keys: [{ ...{ kty, n, e }, use: 'sig', alg: 'RS256', kid: KEY_ID }] };
}

function keyOf(store: Store): string {
  const known = store.get(LAB, 'value', 'issuer-key')?.value;
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const value = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  store.commit({ scope: LAB, kind: 'value', name: 'issuer-key', document: { value } });
  return value;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(text: string): Fields | undefined {
  return readFields(Buffer.from(text, 'base64url').toString());
}
