import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { type AwsAccess, sdkOptions } from './client.ts';

/**
 * Runs one call with a client; whoever makes it decides with whose credentials, how many run at once and what is tried
 * again.
 */
export type Ask<Client> = <T>(operation: string, send: (client: Client) => Promise<T>) => Promise<T>;

/** A role as GetRole gives it; the trust policy is JSON text. */
export interface IamRoleView {
  readonly arn: string;
  readonly trust: string;
  readonly description: string;
  readonly maxSessionDuration: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Whose inline policy it is. */
export interface PolicyHolder {
  readonly kind: 'role' | 'user';
  readonly name: string;
}

/** The calls of IAM that a plan needs. Each throws the SDK's errors; `undefined` is NoSuchEntity of the thing that is read. */
export interface IamAdmin {
  readonly readRole: (name: string) => Promise<IamRoleView | undefined>;
  readonly createRole: (role: IamRoleView) => Promise<void>;
  readonly updateTrust: (name: string, trust: string) => Promise<void>;
  readonly updateRole: (name: string, description: string, maxSessionDuration: number) => Promise<void>;
  readonly tagRole: (name: string, tags: Readonly<Record<string, string>>) => Promise<void>;
  readonly untagRole: (name: string, keys: readonly string[]) => Promise<void>;
  readonly deleteRole: (name: string) => Promise<void>;
  /** JSON text. */
  readonly readInline: (holder: PolicyHolder, policy: string) => Promise<string | undefined>;
  readonly putInline: (holder: PolicyHolder, policy: string, document: string) => Promise<void>;
  readonly deleteInline: (holder: PolicyHolder, policy: string) => Promise<void>;
}

/** A client of IAM that tries once. */
export function iamClient(access: AwsAccess): IAMClient {
  return new IAMClient(sdkOptions(access, 1));
}

/** The calls of IAM (IAM API reference; facts/iam.md §5.2) over whatever makes them. */
export function iamAdmin(ask: Ask<IAMClient>): IamAdmin {
  return {
    readRole: async (RoleName) => {
      const answer = await ask('GetRole', (client) => absent(client.send(new GetRoleCommand({ RoleName }))));
      const role = answer?.Role;
      if (role === undefined) return undefined;
      return {
        arn: role.Arn ?? '',
        trust: decoded(role.AssumeRolePolicyDocument),
        description: role.Description ?? '',
        maxSessionDuration: role.MaxSessionDuration ?? 3600,
        tags: Object.fromEntries((role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      };
    },
    createRole: async ({ arn, trust, description, maxSessionDuration, tags }) => {
      const { Path, RoleName } = pathAndName(arn);
      const role = { Path, RoleName, AssumeRolePolicyDocument: trust, MaxSessionDuration: maxSessionDuration };
      const more = { ...(description === '' ? {} : { Description: description }), Tags: tagList(tags) };
      await ask('CreateRole', (client) => client.send(new CreateRoleCommand({ ...role, ...more })));
    },
    updateTrust: async (RoleName, PolicyDocument) => {
      await ask('UpdateAssumeRolePolicy', (client) =>
        client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
      );
    },
    updateRole: async (RoleName, Description, MaxSessionDuration) => {
      await ask('UpdateRole', (client) => client.send(new UpdateRoleCommand({ RoleName, Description, MaxSessionDuration })));
    },
    tagRole: async (RoleName, tags) => {
      await ask('TagRole', (client) => client.send(new TagRoleCommand({ RoleName, Tags: tagList(tags) })));
    },
    untagRole: async (RoleName, keys) => {
      await ask('UntagRole', (client) => client.send(new UntagRoleCommand({ RoleName, TagKeys: [...keys] })));
    },
    deleteRole: async (RoleName) => {
      await ask('DeleteRole', (client) => client.send(new DeleteRoleCommand({ RoleName })));
    },
    readInline: async ({ kind, name }, PolicyName) => {
      const answer =
        kind === 'role'
          ? await ask('GetRolePolicy', (client) => absent(client.send(new GetRolePolicyCommand({ RoleName: name, PolicyName }))))
          : await ask('GetUserPolicy', (client) => absent(client.send(new GetUserPolicyCommand({ UserName: name, PolicyName }))));
      return answer === undefined ? undefined : decoded(answer.PolicyDocument);
    },
    putInline: async ({ kind, name }, PolicyName, PolicyDocument) => {
      const policy = { PolicyName, PolicyDocument };
      if (kind === 'role')
        await ask('PutRolePolicy', (client) => client.send(new PutRolePolicyCommand({ RoleName: name, ...policy })));
      else await ask('PutUserPolicy', (client) => client.send(new PutUserPolicyCommand({ UserName: name, ...policy })));
    },
    deleteInline: async ({ kind, name }, PolicyName) => {
      if (kind === 'role')
        await ask('DeleteRolePolicy', (client) => client.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName })));
      else await ask('DeleteUserPolicy', (client) => client.send(new DeleteUserPolicyCommand({ UserName: name, PolicyName })));
    },
  };
}

/** What is read and is not there. */
async function absent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchEntityException' || error.name === 'NoSuchEntity')) return undefined;
    throw error;
  }
}

/** Documents come URL-encoded by RFC 3986 (facts/iam.md §5.2). */
function decoded(document: string | undefined): string {
  return decodeURIComponent(document ?? '');
}

function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function pathAndName(arn: string): { readonly Path: string; readonly RoleName: string } {
  const resource = arn.split(':').slice(5).join(':').slice('role'.length);
  const cut = resource.lastIndexOf('/') + 1;
  return { Path: resource.slice(0, cut), RoleName: resource.slice(cut) };
}
