import { type Answer, type AwsCaller, allPages, makeSender, type Pages } from './ask.ts';
import { sdkOptions } from './client.ts';

/** An answer of AWS as the aws CLI prints it. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads IAM of one account; every answer is what the aws CLI would print. */
export interface IamReader {
  readonly details: () => Promise<Pages<Fields>>;
  readonly role: (name: string) => Promise<Answer<Fields>>;
  readonly roles: () => Promise<Pages<Fields>>;
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
  const { ask, close } = makeSender(caller, (access) => new iam.IAMClient(sdkOptions(access, 1)));
  const next = ({ IsTruncated, Marker }: Fields): string | undefined =>
    IsTruncated === true && typeof Marker === 'string' ? Marker : undefined;
  return {
    details: () =>
      allPages(
        (Marker) =>
          ask('iam:GetAccountAuthorizationDetails', async (client) =>
            plain(await client.send(new iam.GetAccountAuthorizationDetailsCommand({ MaxItems: PAGE, Marker }))),
          ),
        next,
      ),
    role: (RoleName) => ask('iam:GetRole', async (client) => plain(await client.send(new iam.GetRoleCommand({ RoleName })))),
    roles: () =>
      allPages(
        (Marker) =>
          ask('iam:ListRoles', async (client) => plain(await client.send(new iam.ListRolesCommand({ MaxItems: PAGE, Marker })))),
        next,
      ),
    policy: (PolicyArn) =>
      ask('iam:GetPolicy', async (client) => plain(await client.send(new iam.GetPolicyCommand({ PolicyArn })))),
    policyVersion: (PolicyArn, VersionId) =>
      ask('iam:GetPolicyVersion', async (client) =>
        plain(await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId }))),
      ),
    oidcProviders: () =>
      ask('iam:ListOpenIDConnectProviders', async (client) =>
        plain(await client.send(new iam.ListOpenIDConnectProvidersCommand({}))),
      ),
    close,
  };
}

/** Without what the SDK adds. */
export function plain(output: object): Fields {
  const { $metadata: _, ...fields } = output as Fields;
  return fields;
}
