import { globText, TRUE, type Ways } from '../../base/index.ts';
import type { ConditionTest } from './condition.ts';
import { missingEvidence, unjudgedGap } from './evidence.ts';
import type { Query } from './query.ts';
import type { CompiledStatement } from './statement.ts';
import type { IamFact } from './types.ts';

/**
 * Identity providers that many AWS customers share, with the claim that tells the tenants apart (IAM guide:
 * id_roles_providers_oidc_secure-by-default). Azure Sentinel, whose claim is sts:RoleSessionName, is not among them here.
 */
const TENANT_CLAIM: ReadonlyMap<string, 'sub' | 'aud'> = new Map([
  ['token.actions.githubusercontent.com', 'sub'],
  ['vstoken.actions.githubusercontent.com', 'sub'],
  ['oidc-configuration.audit-log.githubusercontent.com', 'sub'],
  ['gitlab.com', 'sub'],
  ['app.terraform.io', 'sub'],
  ['agent.buildkite.com', 'sub'],
  ['oidc.codefresh.io', 'sub'],
  ['studio.datachain.ai/api', 'sub'],
  ['scalr.io', 'sub'],
  ['tokens.cloud.shisho.dev', 'sub'],
  ['proidc.upbound.io', 'sub'],
  ['api.pulumi.com/oidc', 'aud'],
  ['sandboxes.cloud', 'aud'],
  ['oidc.vercel.com', 'aud'],
  ['cognito-identity.amazonaws.com', 'aud'],
]);

/**
 * What an Allow of a trust policy is worth for a caller from a shared provider: nothing firm where it does not ask for the claim
 * that names the tenant. IAM refuses to save such a policy since 2025; of one that is older some saw that it still works and some
 * that STS refuses the call (facts/iam.md §2.2).
 */
export function sharedProviderWays({ conditions, ref }: CompiledStatement, { principal, action }: Query): Ways<IamFact> {
  if (principal.kind !== 'federated' || action !== 'sts:assumerolewithwebidentity') return TRUE;
  const host = principal.arn.replace(/^arn:.*:oidc-provider\//, '');
  const claim = TENANT_CLAIM.get(host);
  if (claim === undefined) return TRUE;
  const key = `${host}:${claim}`;
  if (conditions.some((test) => test.lower === key && tellsTenants(test))) return TRUE;
  return missingEvidence(unjudgedGap(ref, `whether AWS lets in callers from ${host} without asking for ${key}`), 'allows');
}

/** A text operator that wants a value; "a value of only wildcards does not count". */
function tellsTenants({ name, templates }: ConditionTest): boolean {
  if (name.operator?.family !== 'text' || name.negated || name.ifExists) return false;
  return templates.length > 0 && templates.every(({ settled }) => settled === undefined || !/^[*?]*$/.test(globText(settled)));
}
