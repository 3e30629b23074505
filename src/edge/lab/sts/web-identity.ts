import { decideAssume } from '../../../access/index.ts';
import { readIdentity } from '../../../rules/arn/index.ts';
import { startSession } from '../../../rules/sts/index.ts';
import { deniedText } from '../authorise.ts';
import type { Lab, LoggedDecision } from '../context.ts';
import type { ProviderDoc } from '../state/documents.ts';
import { cannotJudge } from '../state/gaps.ts';
import { accountScope } from '../state/scope.ts';
import { Fault } from '../wire/fault.ts';
import { optionalNumber, type Parameters, required } from '../wire/parameters.ts';
import type { AwsRequest } from '../wire/request.ts';
import { packedSize, readSessionPolicies } from './parameters.ts';
import { readWebToken, type WebToken } from './web-token.ts';

/**
 * sts:AssumeRoleWithWebIdentity, for tokens of the service accounts of the lab's clusters and of `causeway lab oidc-token`:
 * nobody signs the call, the trust policy alone decides (facts/iam.md §2.2). Tokens that others signed are refused.
 */
export function assumeRoleWithWebIdentity(
  lab: Lab,
  request: AwsRequest,
  parameters: Parameters,
  progress: { caller?: string; readonly decisions: LoggedDecision[] },
): Readonly<Record<string, unknown>> {
  const roleArn = required(parameters, 'RoleArn', { least: 20, most: 2048 });
  const name = required(parameters, 'RoleSessionName', { least: 2, most: 64, pattern: '[\\w+=,.@-]*' });
  const jwt = required(parameters, 'WebIdentityToken', { least: 4, most: 20_000 });
  const asked = optionalNumber(parameters, 'DurationSeconds', 900, 43_200);
  const policies = readSessionPolicies(parameters);
  const token = readWebToken(lab, jwt);
  progress.caller = token.subject;
  const refused = new Fault('AccessDenied', 403, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const identity = readIdentity(roleArn);
  if ('error' in identity || identity.kind !== 'role') throw refused;
  const role = lab.store.get(accountScope(identity.account), 'role', identity.name.toLowerCase());
  const provider = providerOf(lab, identity.partition, identity.account, token);
  if (role === undefined || role.Arn !== roleArn) throw refused;
  const from = readIdentity(provider.Arn);
  if ('error' in from) throw refused;
  const now = lab.now();
  const assumed = decideAssume(
    {
      inventory: lab.view.inventory(),
      session: startSession(from),
      keys: [
        { key: 'sts:RoleSessionName', value: name },
        { key: `${token.host}:sub`, value: token.subject },
        { key: `${token.host}:aud`, value: token.audience },
        ...token.keys,
        { key: 'aws:CurrentTime', value: now.toISOString() },
        { key: 'aws:EpochTime', value: String(Math.floor(now.getTime() / 1000)) },
        { key: 'aws:SourceIp', value: '127.0.0.1' },
        ...(request.header('user-agent') === undefined
          ? []
          : [{ key: 'aws:UserAgent', value: request.header('user-agent') ?? '' }]),
      ],
      assume: lab.assume,
      now,
    },
    identity,
  );
  for (const { action, decision } of assumed.decisions) {
    progress.decisions.push({ action, resource: roleArn, decision: decision.decision, reason: decision.reason() });
    if (decision.decision === 'unknown') {
      const caller = { arn: token.subject, account: '' };
      throw new Fault('AccessDenied', 403, deniedText(caller, action, roleArn, decision));
    }
    if (decision.decision !== 'allow') throw refused;
  }
  if (assumed.refusal !== undefined) throw refused;
  if ((asked ?? 0) > (role.MaxSessionDuration ?? 3600)) {
    throw new Fault('ValidationError', 400, 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  const issued = Math.floor(now.getTime() / 1000);
  const credentials = lab.tokens.issue({
    principal: role.Arn,
    uniqueId: role.RoleId,
    name,
    tags: token.tags,
    transitive: [...assumed.session.transitive],
    sourceIdentity: token.sourceIdentity ?? null,
    origin: 'web-identity',
    issued,
    expires: issued + (asked ?? 3600),
    ...(policies.length === 0 ? {} : { policies }),
  });
  return {
    Credentials: credentials,
    SubjectFromWebIdentityToken: token.subject,
    AssumedRoleUser: { AssumedRoleId: `${role.RoleId}:${name}`, Arn: assumed.session.principal.arn },
    Provider: provider.Arn,
    Audience: token.audience,
    ...packedSize(policies, token.tags),
    ...(token.sourceIdentity === undefined ? {} : { SourceIdentity: token.sourceIdentity }),
  };
}

/** The provider must stand in the role's account, and must take the audience (facts/iam.md §2.2). */
function providerOf(
  lab: Lab,
  partition: string,
  account: string,
  { host, audience }: Pick<WebToken, 'host' | 'audience'>,
): ProviderDoc {
  const arn = `arn:${partition}:iam::${account}:oidc-provider/${host}`;
  const provider = lab.store.get(accountScope(account), 'provider', arn);
  if (provider === undefined) {
    throw new Fault('InvalidIdentityToken', 400, `No OpenIDConnect provider found in your account for https://${host}`);
  }
  if (provider.ClientIDList === undefined) {
    throw new Fault('AccessDenied', 403, cannotJudge([{ what: `the client IDs of ${arn}`, state: 'notCollected' }]));
  }
  if (!provider.ClientIDList.includes(audience)) throw new Fault('InvalidIdentityToken', 400, 'Incorrect token audience');
  return provider;
}
