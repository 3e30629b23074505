import { parseArn, readIdentity } from '../arn/index.ts';
import type { Principal } from './types.ts';

/** What is known about a principal beside its ARN. */
export interface PrincipalFacts {
  /** ARN of the session's role with its path. */
  readonly roleArn?: string;
  /** `AIDA…` or `AROA…`. */
  readonly principalId?: string;
  readonly managementAccount?: boolean;
  readonly serviceLinkedRole?: boolean;
}

/** Identity providers that are named by host instead of ARN (IAM guide: reference_policies_elements_principal). */
const FEDERATED_HOSTS = new Set([
  'cognito-identity.amazonaws.com',
  'www.amazon.com',
  'graph.facebook.com',
  'accounts.google.com',
]);

/**
 * Makes a principal from how STS names it: user, role (any session), session, root, federated user, provider ARN, provider host,
 * service host, or `*` for anonymous. Throws an Error for any other text.
 */
export function principalFromArn(text: string, facts: PrincipalFacts = {}): Principal {
  const known = {
    ...(facts.principalId === undefined ? {} : { uniqueId: facts.principalId }),
    ...(facts.managementAccount === undefined ? {} : { managementAccount: facts.managementAccount }),
    ...(facts.serviceLinkedRole === undefined ? {} : { serviceLinkedRole: facts.serviceLinkedRole }),
  };
  if (text === '*' || text === 'anonymous') return { kind: 'anonymous', arn: text, partition: '', account: '' };
  if (FEDERATED_HOSTS.has(text)) return { kind: 'federated', arn: text, partition: '', account: '' };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text)) return { ...known, kind: 'service', arn: text, partition: '', account: '' };
  const identity = readIdentity(text);
  if ('error' in identity) throw new Error(`"${text}" is no principal: ${identity.error}`);
  const { partition, account } = identity;
  const common = { ...known, arn: text, partition, account };
  switch (identity.kind) {
    case 'root':
    case 'user':
    case 'federated-user':
      return { ...common, kind: identity.kind };
    case 'oidc-provider':
    case 'saml-provider':
      return { ...common, kind: 'federated' };
    case 'role':
      return { ...linked(text), ...common, kind: 'assumed-role', roleArn: text };
    case 'assumed-role': {
      const roleArn = facts.roleArn ?? `arn:${partition}:iam::${account}:role/${identity.name}`;
      return { ...linked(roleArn), ...common, kind: 'assumed-role', roleArn, sessionName: identity.session ?? '' };
    }
  }
}

/** Service-linked roles live under one path (IAM guide: using-service-linked-roles). */
function linked(roleArn: string): { readonly serviceLinkedRole?: true } {
  return parseArn(roleArn)?.resource.startsWith('role/aws-service-role/') === true ? { serviceLinkedRole: true } : {};
}
