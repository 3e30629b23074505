import type { Gap } from '../../../base/index.ts';
import type { AssociatedPolicy, PolicyHolder } from '../../../rules/eks/index.ts';
import { impersonatedUser, impersonationAttributes } from '../../../rules/rbac/index.ts';
import type { ClusterSeat } from '../cluster-seam.ts';
import type { Access } from './access.ts';
import type { Call } from './call.ts';
import type { AccountTokens } from './service-account-token.ts';
import { badRequest, forbiddenBy } from './status.ts';

/** Who a request comes from. */
export interface Identity {
  readonly name: string;
  /** `system:authenticated` included. */
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** Access policies of the entry that mapped the caller. */
  readonly policies: readonly AssociatedPolicy[];
  readonly holder: PolicyHolder;
  /** What nobody collected of the user. */
  readonly gaps?: readonly Gap[];
  /** For the log: `admin as jane` when somebody impersonates. */
  readonly shown: string;
}

/** A request without credentials. */
export const ANONYMOUS: Identity = {
  name: 'system:anonymous',
  groups: ['system:unauthenticated'],
  policies: [],
  holder: {},
  shown: 'system:anonymous',
};

/** Why a token was refused; for the log alone, the client hears only `Unauthorized`. */
export interface Rejected {
  readonly rejected: string;
}

/** Whom a bearer token stands for: a service account of this cluster, or an AWS caller. */
export function authenticateToken(
  token: string,
  seat: ClusterSeat,
  accounts: AccountTokens,
  audiences?: readonly string[],
): Identity | Rejected {
  if (token.split('.').length === 3 && !token.startsWith('k8s-aws-v1.')) return accounts.authenticate(token, audiences);
  const result = seat.authenticate(token);
  if (!result.ok) return { rejected: result.reason };
  const { username, uid, groups, extra, policies, holder, gaps = [] } = result.user;
  return { name: username, uid, groups: withAuthenticated(groups), extra, policies, holder, gaps, shown: username };
}

/** Every authenticated request carries the group (facts/eks.md §5.4). */
export function withAuthenticated(groups: readonly string[]): readonly string[] {
  return groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'];
}

/** The bearer token of a request; undefined where it brings none, empty where the header is none that Kubernetes reads. */
export function bearerToken(call: Call): string | undefined {
  const header = call.headers['authorization']?.trim();
  if (header === undefined || header === '') return undefined;
  const [scheme = '', token = ''] = header.split(' ');
  return scheme.toLowerCase() === 'bearer' ? token : undefined;
}

/** The paths that the public may read on EKS since 1.32 (EKS user guide, Kubernetes 1.32: anonymous authentication). */
const PUBLIC = new Set(['/healthz', '/livez', '/readyz']);

/** Whether a request without credentials is let through to authorization as `system:anonymous`. */
export function anonymousMay(path: string, version: string): boolean {
  const minor = Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? '32');
  return minor < 32 || PUBLIC.has(path);
}

/**
 * Whom the request wants to act as, if anybody; throws `Refused` when the caller may not.
 *
 * The impersonated user brings no access policies: EKS ties those to the principal (facts/eks.md §3.5). Source: facts §5.7;
 * kubernetes/apiserver pkg/endpoints/filters/impersonation.go.
 */
export function impersonate(call: Call, identity: Identity, access: Access): Identity {
  const user = call.headers['impersonate-user'] ?? '';
  const groups = call.all('impersonate-group');
  const uid = call.headers['impersonate-uid'] ?? '';
  const extra = extraOf(call);
  if (user === '') {
    if (groups.length === 0 && uid === '' && Object.keys(extra).length === 0) return identity;
    throw badRequest('requested impersonation of groups, uid or extra without impersonating a user');
  }
  const wanted = {
    user,
    groups,
    ...(uid === '' ? {} : { uid }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
  for (const attributes of impersonationAttributes(wanted)) {
    const decision = access.decide(identity, attributes);
    if (decision.allowed) continue;
    const resource = 'path' in attributes ? '' : attributes.resource;
    const group = 'path' in attributes ? '' : attributes.apiGroup;
    const name = 'path' in attributes ? undefined : attributes.name;
    throw forbiddenBy({ group, resource, kind: resource }, name, access.refusal(identity, attributes, decision));
  }
  const as = impersonatedUser(wanted);
  return {
    name: as.name,
    groups: as.groups,
    ...(uid === '' ? {} : { uid }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
    policies: [],
    holder: {},
    shown: `${identity.shown} as ${user}`,
  };
}

const EXTRA = 'impersonate-extra-';

function extraOf(call: Call): Readonly<Record<string, readonly string[]>> {
  const keys = Object.keys(call.headers).filter((name) => name.startsWith(EXTRA));
  return Object.fromEntries(
    keys.map((name) => {
      const key = name.slice(EXTRA.length);
      let decoded = key;
      try {
        decoded = decodeURIComponent(key);
      } catch {
        // Kubernetes takes a key that is not percent-encoded as it is.
      }
      return [decoded.toLowerCase(), call.all(name)];
    }),
  );
}

/** Who a request comes from, before any impersonation. */
export function identify(call: Call, seat: ClusterSeat, accounts: AccountTokens): Identity | Rejected {
  const token = bearerToken(call);
  if (token === undefined) {
    return anonymousMay(call.path, seat.version()) ? ANONYMOUS : { rejected: 'the request brings no token' };
  }
  return authenticateToken(token, seat, accounts);
}
