import { type ContextValue, OPEN } from '../rules/iam/index.ts';
import type { Session } from '../rules/sts/index.ts';

/**
 * Keys that a real request either carries, and then whoever asks states them, or does not: network and service keys, tags,
 * claims, and the keys of the services that are judged this way (facts/iam.md §3.3, facts/eks.md §3.8).
 */
const KNOWN = new Set([
  ...['aws:sourceip', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcevpcarn', 'aws:vpcsourceip', 'aws:vpceaccount'],
  ...['aws:vpceorgid', 'aws:vpceorgpaths', 'aws:tokenissuetime', 'aws:federatedprovider', 'aws:sourceidentity'],
  ...['aws:requestedregion', 'aws:currenttime', 'aws:epochtime', 'aws:useragent', 'aws:referer', 'aws:tagkeys'],
  ...['aws:userid', 'aws:multifactorauthpresent', 'aws:multifactorauthage'],
  ...['sts:externalid', 'sts:rolesessionname', 'sts:sourceidentity', 'sts:transitivetagkeys'],
  ...['iam:policyarn', 'iam:permissionsboundary'],
  ...['eks:accessentrytype', 'eks:accessscope', 'eks:authenticationmode', 'eks:clustername', 'eks:username'],
  ...['eks:kubernetesgroups', 'eks:namespaces', 'eks:policyarn', 'eks:principalarn'],
  'eks:bootstrapclustercreatoradminpermissions',
]);

/**
 * What a key is in a real request that does not state it: absent, or still open where nobody can tell whether AWS would
 * have sent it. Whether the session of a role that was assumed without MFA carries `aws:MultiFactorAuthPresent` as false or
 * not at all is not documented (facts/iam.md §3.3).
 */
export function closedValue(key: string, { principal, origin }: Session): ContextValue {
  // What exactly it holds for an OIDC provider is not documented (facts/iam.md §7.10).
  if (key === 'aws:federatedprovider' && (principal.kind === 'federated' || origin === 'web-identity')) return OPEN;
  if (key === 'aws:multifactorauthpresent' && principal.kind === 'assumed-role') return OPEN;
  if (KNOWN.has(key)) return undefined;
  return /^(aws:(principaltag|requesttag)\/|saml:|[^:]*\.[^:]*:)/.test(key) ? undefined : OPEN;
}
