import { issuerIn, issuerPlace, issuersOf, keySet, signIssued } from './issuer.ts';
import type { BareLab } from './lab.ts';
import { clusterScope, clustersIn, LAB } from './state/scope.ts';
import type { AwsReply, AwsRequest } from './wire/request.ts';

type Lab = Pick<BareLab, 'store' | 'now'>;

/** How long a token of `causeway lab oidc-token` lives, in seconds. */
const LIFE = 3600;

/** Issuers that are remembered, so that their discovery can be asked for. */
const MOST_ISSUERS = 100;

/** Claims that have a meaning of their own. */
const OWN = ['iss', 'sub', 'aud'];

/**
 * A token as an issuer outside would give it out, for AssumeRoleWithWebIdentity: GitHub Actions, GitLab. The lab's own key
 * signs it, so only the lab takes it.
 */
export function issueToken(
  lab: Lab,
  { issuer, subject, audience = 'sts.amazonaws.com', claims = {} }: Readonly<Record<string, unknown>>,
): { readonly token: string } | { readonly error: string } {
  if (typeof issuer !== 'string' || !/^https:\/\/[\w.-]+(\/[\w./~+=,@%-]*)?$/.test(issuer)) {
    return { error: 'an issuer is a URL that begins with https://, as its OIDC provider in IAM names it' };
  }
  if (typeof subject !== 'string' || subject === '' || typeof audience !== 'string') return { error: 'a token has a subject' };
  if (clusterIssuers(lab).includes(issuerPlace(issuer))) {
    return { error: `${issuer} is the issuer of a cluster of the lab: kubectl create token gives out its tokens` };
  }
  if (typeof claims !== 'object' || claims === null) return { error: 'claims are values by name' };
  const own = OWN.find((name) => Object.hasOwn(claims, name));
  if (own !== undefined) return { error: `the claim ${own} has a flag of its own` };
  const known = issuersOf(lab.store);
  if (!known.includes(issuerPlace(issuer))) {
    const value = JSON.stringify([...known, issuerPlace(issuer)].slice(-MOST_ISSUERS));
    lab.store.commit({ scope: LAB, kind: 'value', name: 'issuers', document: { value } });
  }
  const now = Math.floor(lab.now().getTime() / 1000);
  const times = { iat: now, nbf: now, exp: now + LIFE };
  return { token: signIssued(lab.store, issuer, { ...times, ...claims, sub: subject, aud: audience }) };
}

/**
 * Answers discovery and keys of an issuer that the lab plays (OpenID Connect Discovery 1.0 §4): under its own name to who came
 * through the lab as a proxy, else below `/_causeway/oidc/`. Undefined: the request is for something else.
 *
 * @param base where the request's path begins to name an issuer: `https://oidc.eks.eu-west-1.amazonaws.com`
 */
export function answerDiscovery(lab: Lab, { method, path }: AwsRequest, base: Base): AwsReply | undefined {
  const [, place, what] = /^(\/.*)?\/\.well-known\/(openid-configuration|jwks)$/.exec(path.slice(base.lead.length)) ?? [];
  if (method !== 'GET' || !path.startsWith(base.lead) || what === undefined) return undefined;
  const issuer = `${base.host}${place ?? ''}`.replace(/^\//, '');
  if (!clusterIssuers(lab).includes(issuer) && !issuersOf(lab.store).includes(issuer)) return undefined;
  if (what === 'jwks') return json(keySet(lab.store));
  return json({
    issuer: `https://${issuer}`,
    jwks_uri: `${base.origin}${path.replace(/openid-configuration$/, 'jwks')}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
}

/** How a request names an issuer: by its host, or in its path behind `lead`. */
export interface Base {
  readonly host: string;
  readonly lead: string;
  readonly origin: string;
}

/** The names of a host that a client was led to by the lab as a proxy. */
export function underOwnName(host: string): Base {
  return { host, lead: '', origin: `https://${host}` };
}

function clusterIssuers({ store }: Lab): readonly string[] {
  return clustersIn(store.scopes()).flatMap((arn) => {
    const document = store.get(clusterScope(arn), 'cluster', arn);
    const issuer = document === undefined ? undefined : issuerIn(document.cluster);
    return issuer === undefined ? [] : [issuerPlace(issuer)];
  });
}

function json(body: unknown): AwsReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
