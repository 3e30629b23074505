import { serviceAccountUser } from '../../../rules/rbac/index.ts';
import type { ClusterSeat } from '../cluster-seam.ts';
import { type Identity, type Rejected, withAuthenticated } from './identity.ts';
import { field, isObject, type Json, type JsonObject, textAt } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { Store } from './store.ts';

/** Tokens of the cluster's service accounts. */
export interface AccountTokens {
  readonly authenticate: (token: string, audiences?: readonly string[]) => Identity | Rejected;
  /** Makes a token for an account; times in whole seconds. */
  readonly issue: (account: JsonObject, wanted: WantedToken) => { readonly token: string; readonly expires: Date };
  /** The audience of a token that asks for none. */
  readonly audience: string;
}

/** What a TokenRequest asks for. */
export interface WantedToken {
  readonly audiences: readonly string[];
  readonly seconds: number;
  /** The pod or secret that the token lives with. */
  readonly boundTo?: { readonly kind: 'Pod' | 'Secret'; readonly name: string; readonly uid: string };
}

const CLAIM = 'kubernetes.io';

/**
 * Issues and reads bound service account tokens.
 *
 * A token counts while its account, and the object that it is bound to, exist with the same uid. Source: kubernetes
 * pkg/serviceaccount/claims.go; EKS answers to the audience `https://kubernetes.default.svc`.
 */
export function createAccountTokens(store: Store, seat: ClusterSeat): AccountTokens {
  const { serviceAccountTokens: tokens } = seat;
  const audience = 'https://kubernetes.default.svc';
  const authenticate: AccountTokens['authenticate'] = (token, audiences = [audience]) => {
    const claims = tokens.verify(token);
    if (!isObject(claims)) return { rejected: 'the token is not signed by the issuer of this cluster' };
    const seconds = seat.now().getTime() / 1000;
    const [from, until] = [field(claims, 'nbf'), field(claims, 'exp')];
    if (typeof until !== 'number' || until <= seconds) return { rejected: 'service account token has expired' };
    if (typeof from === 'number' && from > seconds) return { rejected: 'service account token is not valid yet' };
    if (!audienceList(field(claims, 'aud')).some((each) => audiences.includes(each))) {
      return { rejected: 'the token is for another audience' };
    }
    const namespace = textAt(claims, CLAIM, 'namespace');
    const name = textAt(claims, CLAIM, 'serviceaccount', 'name');
    const uid = textAt(claims, CLAIM, 'serviceaccount', 'uid');
    const account = store.get(kindNamed('ServiceAccount'), namespace, name);
    if (uid === '' || textAt(account, 'metadata', 'uid') !== uid) return { rejected: 'service account has been deleted' };
    for (const kind of ['Pod', 'Secret']) {
      const bound = field(claims, CLAIM, kind.toLowerCase());
      if (bound === undefined) continue;
      const object = store.get(kindNamed(kind), namespace, textAt(bound, 'name'));
      if (textAt(object, 'metadata', 'uid') !== textAt(bound, 'uid') || object === undefined) {
        return { rejected: `the ${kind.toLowerCase()} of the token has been deleted` };
      }
    }
    const user = serviceAccountUser(namespace, name);
    return {
      name: user,
      uid,
      groups: withAuthenticated(['system:serviceaccounts', `system:serviceaccounts:${namespace}`]),
      extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${textAt(claims, 'jti')}`] },
      policies: [],
      holder: {},
      shown: user,
    };
  };
  const issue: AccountTokens['issue'] = (account, wanted) => {
    const now = Math.floor(seat.now().getTime() / 1000);
    const exp = now + wanted.seconds;
    const namespace = textAt(account, 'metadata', 'namespace');
    const name = textAt(account, 'metadata', 'name');
    const bound = wanted.boundTo;
    const token = tokens.sign({
      aud: wanted.audiences.length === 0 ? [audience] : wanted.audiences,
      exp,
      iat: now,
      jti: crypto.randomUUID(),
      nbf: now,
      sub: serviceAccountUser(namespace, name),
      [CLAIM]: {
        namespace,
        serviceaccount: { name, uid: textAt(account, 'metadata', 'uid') },
        ...(bound === undefined ? {} : { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }),
      },
    });
    return { token, expires: new Date(exp * 1000) };
  };
  return { authenticate, issue, audience };
}

function audienceList(claim: Json | undefined): readonly string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((each): each is string => typeof each === 'string') : [];
}
