import { type Answer, type AwsCaller, allPages, makeSender, type Pages } from './ask.ts';
import { sdkOptions } from './client.ts';

/** An answer of AWS as the aws CLI prints it. */
export type Fields = Readonly<Record<string, unknown>>;

/** Something that has policies. */
export type HolderKind = 'role' | 'user' | 'group';

/** Reads IAM of one account; every answer is what the aws CLI would print. */
export interface IamReader {
  readonly details: () => Promise<Pages<Fields>>;
  readonly principal: (kind: 'role' | 'user', name: string) => Promise<Answer<Fields>>;
  readonly roles: () => Promise<Pages<Fields>>;
  /** Names of the inline policies. */
  readonly inlinePolicies: (kind: HolderKind, name: string) => Promise<Pages<Fields>>;
  readonly inlinePolicy: (kind: HolderKind, name: string, policy: string) => Promise<Answer<Fields>>;
  readonly attachedPolicies: (kind: HolderKind, name: string) => Promise<Pages<Fields>>;
  readonly groupsOf: (user: string) => Promise<Pages<Fields>>;
  readonly policy: (arn: string) => Promise<Answer<Fields>>;
  readonly policyVersion: (arn: string, version: string) => Promise<Answer<Fields>>;
  readonly oidcProviders: () => Promise<Answer<Fields>>;
  readonly close: () => void;
}

/** The largest page (IAM API reference, MaxItems); IAM may give fewer and say that more follow. */
const PAGE = 1000;

/** Makes a reader. The client is loaded at its first call. */
export async function iamReader(caller: AwsCaller): Promise<IamReader> {
  const iam = await import('./iam-client.ts');
  const { ask: send, close } = makeSender(caller, (access) => new iam.IAMClient(sdkOptions(access, 1)));
  const ask = (operation: string, by: (client: InstanceType<typeof iam.IAMClient>) => Promise<object>): Promise<Answer<Fields>> =>
    send(`iam:${operation}`, async (client) => plain(await by(client)));
  const list = (
    operation: string,
    by: (client: InstanceType<typeof iam.IAMClient>, page: { MaxItems: number; Marker: string | undefined }) => Promise<object>,
  ): Promise<Pages<Fields>> =>
    allPages(
      (Marker) => ask(operation, (client) => by(client, { MaxItems: PAGE, Marker })),
      ({ IsTruncated, Marker }) => (IsTruncated === true && typeof Marker === 'string' ? Marker : undefined),
    );
  return {
    details: () =>
      list('GetAccountAuthorizationDetails', (client, page) => client.send(new iam.GetAccountAuthorizationDetailsCommand(page))),
    principal: (kind, name) =>
      kind === 'role'
        ? ask('GetRole', (client) => client.send(new iam.GetRoleCommand({ RoleName: name })))
        : ask('GetUser', (client) => client.send(new iam.GetUserCommand({ UserName: name }))),
    roles: () => list('ListRoles', (client, page) => client.send(new iam.ListRolesCommand(page))),
    inlinePolicies: (kind, name) => {
      if (kind === 'role')
        return list('ListRolePolicies', (client, page) =>
          client.send(new iam.ListRolePoliciesCommand({ RoleName: name, ...page })),
        );
      if (kind === 'user')
        return list('ListUserPolicies', (client, page) =>
          client.send(new iam.ListUserPoliciesCommand({ UserName: name, ...page })),
        );
      return list('ListGroupPolicies', (client, page) =>
        client.send(new iam.ListGroupPoliciesCommand({ GroupName: name, ...page })),
      );
    },
    inlinePolicy: (kind, name, PolicyName) => {
      if (kind === 'role')
        return ask('GetRolePolicy', (client) => client.send(new iam.GetRolePolicyCommand({ RoleName: name, PolicyName })));
      if (kind === 'user')
        return ask('GetUserPolicy', (client) => client.send(new iam.GetUserPolicyCommand({ UserName: name, PolicyName })));
      return ask('GetGroupPolicy', (client) => client.send(new iam.GetGroupPolicyCommand({ GroupName: name, PolicyName })));
    },
    attachedPolicies: (kind, name) => {
      if (kind === 'role')
        return list('ListAttachedRolePolicies', (client, page) =>
          client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName: name, ...page })),
        );
      if (kind === 'user')
        return list('ListAttachedUserPolicies', (client, page) =>
          client.send(new iam.ListAttachedUserPoliciesCommand({ UserName: name, ...page })),
        );
      return list('ListAttachedGroupPolicies', (client, page) =>
        client.send(new iam.ListAttachedGroupPoliciesCommand({ GroupName: name, ...page })),
      );
    },
    groupsOf: (UserName) =>
      list('ListGroupsForUser', (client, page) => client.send(new iam.ListGroupsForUserCommand({ UserName, ...page }))),
    policy: (PolicyArn) => ask('GetPolicy', (client) => client.send(new iam.GetPolicyCommand({ PolicyArn }))),
    policyVersion: (PolicyArn, VersionId) =>
      ask('GetPolicyVersion', (client) => client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId }))),
    oidcProviders: () =>
      ask('ListOpenIDConnectProviders', (client) => client.send(new iam.ListOpenIDConnectProvidersCommand({}))),
    close,
  };
}

/** Without what the SDK adds. */
export function plain(output: object): Fields {
  const { $metadata: _, ...fields } = output as Fields;
  return fields;
}
