import { type Answer, type AwsCaller, allPages, makeSender, type Pages } from './ask.ts';
import { sdkOptions } from './client.ts';
import { type Fields, plain } from './iam.ts';

/** The kinds of policy that limit what an account may do. */
export type ControlPolicyKind = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

/** Reads the organization of one account; every answer is what the aws CLI would print. */
export interface OrganizationsReader {
  readonly organization: () => Promise<Answer<Fields>>;
  readonly roots: () => Promise<Pages<Fields>>;
  readonly parents: (child: string) => Promise<Pages<Fields>>;
  readonly policiesFor: (target: string, kind: ControlPolicyKind) => Promise<Pages<Fields>>;
  readonly policy: (id: string) => Promise<Answer<Fields>>;
  readonly close: () => void;
}

/** Makes a reader. The client is loaded at its first call. Pages hold 20 at most, and may be empty with a token (facts/iam.md §5.2). */
export async function organizationsReader(caller: AwsCaller): Promise<OrganizationsReader> {
  const api = await import('./organizations-client.ts');
  const { ask, close } = makeSender(caller, (access) => new api.OrganizationsClient(sdkOptions(access, 1)));
  const next = ({ NextToken }: Fields): string | undefined => (typeof NextToken === 'string' ? NextToken : undefined);
  return {
    organization: () =>
      ask('organizations:DescribeOrganization', async (client) =>
        plain(await client.send(new api.DescribeOrganizationCommand({}))),
      ),
    roots: () =>
      allPages(
        (NextToken) =>
          ask('organizations:ListRoots', async (client) => plain(await client.send(new api.ListRootsCommand({ NextToken })))),
        next,
      ),
    parents: (ChildId) =>
      allPages(
        (NextToken) =>
          ask('organizations:ListParents', async (client) =>
            plain(await client.send(new api.ListParentsCommand({ ChildId, NextToken }))),
          ),
        next,
      ),
    policiesFor: (TargetId, Filter) =>
      allPages(
        (NextToken) =>
          ask('organizations:ListPoliciesForTarget', async (client) =>
            plain(await client.send(new api.ListPoliciesForTargetCommand({ TargetId, Filter, NextToken }))),
          ),
        next,
      ),
    policy: (PolicyId) =>
      ask('organizations:DescribePolicy', async (client) =>
        plain(await client.send(new api.DescribePolicyCommand({ PolicyId }))),
      ),
    close,
  };
}
