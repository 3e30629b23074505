import type { Principal, Requirements } from '../wish/types.ts';
import type { Finding, Path } from './problem.ts';
import type { WrittenRequirements } from './schema.ts';

const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/;

/**
 * Reads `require:`. Each can be asked for only where the caller could bring it: keys of AssumeRole are absent from
 * AssumeRoleWithWebIdentity, and a role's session never carries MFA (IAM guide, condition keys; facts iam.md §3.3).
 */
export function readRequirements(
  written: WrittenRequirements | undefined,
  path: Path,
  { to, via }: { readonly to: readonly Principal[]; readonly via: 'role' | 'direct' },
  findings: Finding[],
): Requirements {
  if (written === undefined) return {};
  const add = (key: string, message: string, hint?: string): void => {
    findings.push({ path: [...path, key], message, ...(hint === undefined ? {} : { hint }) });
  };
  const { externalId, mfa, sourceIdentity, organization, sourceIp, vpcEndpoint, sessionName } = written;
  const asked = Object.keys(written);
  if (via === 'direct' && asked.length > 0) {
    const message = `with via: direct nothing in the account of the cluster can ask for ${asked.join(', ')}: the caller signs its own token`;
    findings.push({ path, at: 'key', message, hint: 'via: role can' });
  }
  const federated = to.some(({ kind }) => kind === 'github' || kind === 'irsa');
  for (const key of ['externalId', 'sourceIdentity', 'organization', 'sessionName'] as const) {
    if (federated && written[key] !== undefined) add(key, `a token of GitHub or of a service account (irsa) cannot bring ${key}`);
  }
  if (mfa !== undefined && to.some(({ kind }) => kind !== 'user')) {
    add('mfa', 'users alone can bring MFA: the session of a role carries none', 'ask for MFA where the role itself is assumed');
  }
  const identities = sourceIdentity === 'caller' ? [] : [sourceIdentity ?? []].flat();
  for (const value of identities) {
    if (!SOURCE_IDENTITY.test(value))
      add('sourceIdentity', `"${value}" cannot be a source identity: 2 to 64 of A-Z, a-z, 0-9 and _+=,.@-`);
  }
  const addresses = [sourceIp ?? []].flat();
  for (const value of addresses) if (!isRange(value)) add('sourceIp', `"${value}" is no address and no range (CIDR)`);
  const endpoints = [vpcEndpoint ?? []].flat();
  for (const value of endpoints) {
    if (!/^vpce-[0-9a-f]{8,17}$/.test(value)) add('vpcEndpoint', `"${value}" is no id of a VPC endpoint (vpce-…)`);
  }
  if (addresses.length > 0 && endpoints.length > 0) {
    add('sourceIp', 'a call through a VPC endpoint has no source address, so both can never be met');
  }
  return {
    ...(externalId === undefined ? {} : { externalId }),
    ...(mfa === undefined ? {} : { mfa }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity: sourceIdentity === 'caller' ? 'caller' : unique(identities) }),
    ...(organization === undefined ? {} : { organization }),
    ...(addresses.length === 0 ? {} : { sourceIp: unique(addresses) }),
    ...(endpoints.length === 0 ? {} : { vpcEndpoint: unique(endpoints) }),
    ...(sessionName === undefined ? {} : { sessionName }),
  };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

/** IPv4 or IPv6, with or without the length of a prefix. */
function isRange(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const v4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) <= 255);
  const v6 = !v4 && /^[0-9a-f:]+(:\d{1,3}(\.\d{1,3}){3})?$/i.test(address) && isUrlHost(address);
  if (rest.length > 0 || !(v4 || v6)) return false;
  if (length === undefined) return true;
  return /^\d{1,3}$/.test(length) && Number(length) <= (v4 ? 32 : 128) && Number(length) > 0;
}

function isUrlHost(address: string): boolean {
  return URL.canParse(`http://[${address}]/`);
}
