import type { Credentials } from '../../rules/token/index.ts';
import type { Hop } from './types.ts';

/** A session as it is kept. */
export interface SessionEntry {
  readonly credentials: Credentials;
  readonly expires: Date;
  readonly arn: string | undefined;
  readonly hops: readonly Hop[];
}

/** Reads what a file holds; anything that is not an entry of ours is none. */
export function readSession(value: unknown): SessionEntry | undefined {
  if (!isFields(value) || !isFields(value['credentials'])) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken } = value['credentials'];
  const expires = dateOf(value['expires']);
  const { arn, hops } = value;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string' || typeof sessionToken !== 'string')
    return undefined;
  if (expires === undefined || (arn !== undefined && typeof arn !== 'string') || !Array.isArray(hops)) return undefined;
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, expires, arn, hops: hops.filter(isHop) };
}

/** A token as it is kept. */
export interface TokenEntry {
  readonly token: string;
  readonly expires: Date;
}

/** Reads what a file holds; anything that is not a token of ours is none. */
export function readTokenEntry(value: unknown): TokenEntry | undefined {
  if (!isFields(value) || typeof value['token'] !== 'string') return undefined;
  const expires = dateOf(value['expires']);
  return expires === undefined ? undefined : { token: value['token'], expires };
}

/** Reads the ARN of an owner. */
export function readOwner(value: unknown): string | undefined {
  return isFields(value) && typeof value['owner'] === 'string' ? value['owner'] : undefined;
}

function isHop(value: unknown): value is Hop {
  return isFields(value) && ['role', 'by', 'how', 'session'].every((key) => typeof value[key] === 'string');
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dateOf(value: unknown): Date | undefined {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
