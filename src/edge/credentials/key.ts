import { hostname } from 'node:os';
import { sha256 } from '../../rules/token/index.ts';
import type { Plan, Source } from './plan.ts';
import type { Connection } from './settings.ts';
import type { Surroundings } from './types.ts';

/** Raised when the form of the entries changes; older ones are then never found. */
const FORM = 1;

/**
 * The name under which the session after `count` hops is kept: a digest of all that makes it what it is. Secrets go in by
 * their digests, so that neither the name nor what it is made of tells them.
 */
export function sessionKey({ source, hops }: Plan, count: number, { endpoint }: Connection, env: Surroundings['env']): string {
  const roles = hops
    .slice(0, count)
    .map((hop) => [
      hop.arn,
      hop.externalId ?? null,
      hop.sessionName ?? null,
      hop.sourceIdentity ?? null,
      hop.tags ?? [],
      hop.durationSeconds ?? null,
      hop.mfaSerial ?? null,
      ...(hop.headers === undefined ? [] : [hop.headers]),
    ]);
  return sha256(JSON.stringify([FORM, sourceKey(source, env), endpoint, roles]));
}

/** The name under which the owner of some credentials is remembered. */
export function ownerKey(accessKeyId: string, sessionToken: string | undefined, { endpoint }: Connection): string {
  return sha256(JSON.stringify([FORM, 'owner', accessKeyId, sha256(sessionToken ?? ''), endpoint]));
}

/** The name under which a token of a session is kept. */
export function tokenKey(session: string, cluster: string): string {
  return sha256(JSON.stringify([FORM, 'token', session, cluster]));
}

function sourceKey(source: Source, env: Surroundings['env']): readonly unknown[] {
  switch (source.kind) {
    case 'keys': {
      const { accessKeyId, secretAccessKey, sessionToken = '' } = source.credentials;
      return ['keys', accessKeyId, sha256(secretAccessKey), sha256(sessionToken)];
    }
    case 'process':
      return ['process', source.command, source.where];
    case 'web-identity':
      return ['web-identity', source.role, source.sessionName ?? null, sha256(source.token)];
    case 'sdk': {
      const uris = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'].map(
        (name) => env[name] ?? null,
      );
      // A home folder may be shared by machines whose roles differ.
      return ['sdk', source.need, source.settings, uris, source.need.kind === 'sso' ? null : hostname()];
    }
  }
}
