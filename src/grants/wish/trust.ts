import type { Json } from '../../inventory/index.ts';
import { type Found, permissionSetPattern } from './principals.ts';
import type { Requirements, Wish } from './types.ts';

/** Operator → key → values. */
type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Trusted {
  readonly type: 'AWS' | 'Federated';
  readonly principal: string;
  readonly actions: readonly string[];
  readonly conditions: Conditions;
  /** Of an account's root: which of its principals is meant. */
  readonly named?: { readonly operator: 'ArnEquals' | 'ArnLike'; readonly arn: string };
}

/**
 * The trust policy of a grant's role: exactly the principals of the grant, under exactly its requirements.
 *
 * A role or user that is seen is named by its ARN, which IAM keeps as the unique id: one that is made again under the same ARN
 * is a stranger. One that is not there or not seen cannot be named (IAM refuses it), so its account is let in under the condition
 * `aws:PrincipalArn` (IAM guide, principal element; facts iam.md §1.4). Principals without provider are left out.
 *
 * @param account of the role, where identity providers stand
 */
export function trustPolicy(wish: Wish, found: readonly Found[], partition: string, account: string): Json {
  const trusted = found.flatMap((one) => trust(one, wish, partition, account) ?? []);
  const groups = new Map<string, { readonly like: Trusted; readonly all: Trusted[] }>();
  for (const one of trusted) {
    const { type, actions, conditions, named } = one;
    // Those of one account under their names stand in one statement: a trust policy is short.
    const key = JSON.stringify([type, actions, conditions, ...(named === undefined ? [] : [named.operator, one.principal])]);
    const group = groups.get(key) ?? { like: one, all: [] };
    groups.set(key, group);
    group.all.push(one);
  }
  const statements = [...groups.values()].map(({ like: { type, actions, conditions, named }, all }) => {
    const arns = [...new Set(all.flatMap((one) => one.named?.arn ?? []))].sort();
    const whole =
      named === undefined ? conditions : merge(conditions, { [named.operator]: { 'aws:PrincipalArn': oneOrMany(arns) } });
    return {
      Effect: 'Allow',
      Principal: { [type]: oneOrMany([...new Set(all.map(({ principal }) => principal))].sort()) },
      Action: oneOrMany(actions),
      ...(Object.keys(whole).length === 0 ? {} : { Condition: whole as Json }),
    };
  });
  return { Version: '2012-10-17', Statement: statements };
}

/** What the caller must be allowed on the role: AssumeRole, and what a call with a source identity or session tags needs besides (facts iam.md §2.2). */
export function assumeActions({ principal }: Found, { sourceIdentity }: Requirements): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    // The tags of a Pod Identity session are transitive: they come along whenever it assumes a role.
    ...(principal.kind === 'podIdentity' ? ['sts:TagSession'] : []),
  ];
}

function trust(found: Found, wish: Wish, partition: string, account: string): Trusted | undefined {
  const { principal } = found;
  const shared = sharedConditions(wish);
  if (principal.kind === 'github' || principal.kind === 'irsa') {
    const { provider } = found;
    if (provider === undefined) return undefined;
    const claims = { StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com', [`${provider}:sub`]: principal.subject } };
    return {
      type: 'Federated',
      principal: `arn:${partition}:iam::${account}:oidc-provider/${provider}`,
      actions: ['sts:AssumeRoleWithWebIdentity'],
      conditions: merge(claims, shared),
    };
  }
  const actions = assumeActions(found, wish.require);
  const conditions = merge(shared, ownConditions(found, wish.require));
  if (found.state === 'there' && found.arn !== undefined) return { type: 'AWS', principal: found.arn, actions, conditions };
  const root = `arn:${partition}:iam::${found.account}:root`;
  const named =
    principal.kind === 'sso'
      ? ({ operator: 'ArnLike', arn: permissionSetPattern(partition, principal.account, principal.permissionSet) } as const)
      : ({ operator: 'ArnEquals', arn: found.arn ?? '' } as const);
  return { type: 'AWS', principal: root, actions, conditions, named };
}

/** Conditions that are the same for every caller. */
function sharedConditions({ require, expires, session }: Wish): Conditions {
  const { externalId, mfa, organization, sourceIp, vpcEndpoint } = require;
  return merge(
    externalId === undefined ? {} : { StringEquals: { 'sts:ExternalId': externalId } },
    mfa === undefined ? {} : { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    organization === undefined ? {} : { StringEquals: { 'aws:PrincipalOrgID': organization } },
    sourceIp === undefined ? {} : { IpAddress: { 'aws:SourceIp': oneOrMany(sourceIp) } },
    vpcEndpoint === undefined ? {} : { StringEquals: { 'aws:SourceVpce': oneOrMany(vpcEndpoint) } },
    // The last session starts here and has ended by itself when the grant does.
    expires === undefined ? {} : { DateLessThan: { 'aws:CurrentTime': isoSeconds(expires - session * 1000) } },
  );
}

/** Conditions that compare the call with who makes it. */
function ownConditions({ principal }: Found, { sourceIdentity, sessionName }: Requirements): Conditions {
  const isUser = principal.kind === 'user';
  /** A user has a name of its own; of a role's session `aws:userid` is `AROA…:SESSION` (facts iam.md §3.3), and no session name holds a colon. */
  const pinned = (key: string): Conditions =>
    isUser ? { StringEquals: { [key]: `\${aws:username}` } } : { StringLike: { 'aws:userid': `*:\${${key}}` } };
  return merge(
    sessionName === undefined ? {} : pinned('sts:RoleSessionName'),
    sourceIdentity === undefined
      ? {}
      : sourceIdentity === 'caller'
        ? pinned('sts:SourceIdentity')
        : { StringEquals: { 'sts:SourceIdentity': oneOrMany(sourceIdentity) } },
    principal.kind === 'podIdentity'
      ? {
          StringEquals: {
            'aws:PrincipalTag/eks-cluster-arn': principal.cluster,
            'aws:PrincipalTag/kubernetes-namespace': principal.namespace,
            'aws:PrincipalTag/kubernetes-service-account': principal.serviceAccount,
          },
        }
      : {},
  );
}

/** All keys of all blocks must hold. Of one key that is pinned twice under one operator the first would be lost, so both are kept as operators of their own. */
function merge(...all: readonly Conditions[]): Conditions {
  const merged: Record<string, Record<string, string | readonly string[]>> = {};
  for (const conditions of all) {
    for (const [operator, keys] of Object.entries(conditions)) {
      for (const [key, value] of Object.entries(keys)) {
        const before = merged[operator]?.[key];
        // StringLike and StringLikeIfExists ask the same of a key that is always there.
        const name = before === undefined || before === value ? operator : `${operator}IfExists`;
        merged[name] = { ...merged[name], [key]: value };
      }
    }
  }
  return Object.fromEntries(
    Object.entries(merged)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([operator, keys]) => [operator, Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)))]),
  );
}

/** IAM takes one value without a list. */
export function oneOrMany<T>(values: readonly T[]): T | readonly T[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

/** Epoch milliseconds as `2027-03-31T00:00:00Z` (IAM guide, date condition operators). */
export function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
