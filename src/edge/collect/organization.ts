import type { AwsFailure, ControlPolicyKind, Fields, OrganizationsReader } from '../aws/index.ts';
import { type Context, callerOf, missed } from './context.ts';
import { fieldsIn } from './fields.ts';
import { fileName } from './file-name.ts';
import type { CollectSession } from './types.ts';

/** An account with a way to ask its organization, which was asked what it is. */
interface Member {
  readonly session: CollectSession;
  readonly reader: OrganizationsReader;
  readonly organization: Fields;
}

/**
 * Reads the control policies above the accounts: their parents up to the root, and the policies on each. Every account may ask
 * what its organization is; for more it has to be the management account or a delegated administrator, so the management
 * account is asked where we can, else one after the other until one may.
 */
export async function collectOrganizations(context: Context, sessions: readonly CollectSession[]): Promise<void> {
  const members = (await Promise.all(sessions.map((session) => memberOf(context, session)))).flat();
  const byId = new Map<string, Member[]>();
  for (const member of members) {
    const id = String(member.organization['Id']);
    byId.set(id, [...(byId.get(id) ?? []), member]);
  }
  await Promise.all([...byId].map(([id, own]) => collectOrganization(context, id, own)));
  for (const { reader } of members) reader.close();
}

async function memberOf(context: Context, session: CollectSession): Promise<readonly Member[]> {
  const reader = await context.world.aws.organizationsReader(callerOf(context, session, 'organizations', session.region));
  const answer = await reader.organization();
  if ('failure' in answer) {
    reader.close();
    // An account of no organization is under no control policies; that is not known of the others of the file.
    if (answer.failure.code !== 'AWSOrganizationsNotInUseException')
      missed(context, session.account, { path: 'organizations' }, 'organizations:DescribeOrganization', answer.failure);
    return [];
  }
  const [organization] = fieldsIn([answer.value['Organization']]);
  return organization === undefined ? [] : [{ session, reader, organization }];
}

async function collectOrganization(context: Context, id: string, members: readonly Member[]): Promise<void> {
  const [{ organization } = { organization: {} as Fields }] = members;
  const management = String(organization['MasterAccountId']);
  const first = members.filter(({ session }) => session.account === management);
  let refusal: AwsFailure | undefined;
  for (const member of first.length > 0 ? first : members) {
    const roots = await member.reader.roots();
    if (roots.failure === undefined) {
      const accounts = members.map(({ session }) => session.account);
      await readAbove(
        context,
        id,
        member,
        roots.pages.flatMap(({ Roots }) => fieldsIn(Roots)),
        accounts,
      );
      return;
    }
    refusal = roots.failure;
  }
  const path = `organizations/${fileName(id)}.json`;
  if (refusal !== undefined) missed(context, members[0]?.session.account ?? '', { path }, 'organizations:ListRoots', refusal);
  context.book.file(path, { Organization: organization, Accounts: members.map(({ session }) => ({ Id: session.account })) });
}

const KINDS: readonly ControlPolicyKind[] = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'];
const PARTS = { SERVICE_CONTROL_POLICY: 'scps', RESOURCE_CONTROL_POLICY: 'rcps' } as const;

async function readAbove(
  context: Context,
  id: string,
  { reader, organization, session }: Member,
  roots: readonly Fields[],
  accounts: readonly string[],
): Promise<void> {
  const path = `organizations/${fileName(id)}.json`;
  const miss = (call: string, failure: AwsFailure, part?: string): void =>
    missed(context, session.account, { path, ...(part === undefined ? {} : { part }) }, call, failure);
  const parents = new Map<string, string>();
  let level = accounts;
  while (level.length > 0) {
    const above = await Promise.all(
      level.map(async (child) => {
        const { pages, failure } = await reader.parents(child);
        if (failure !== undefined) miss('organizations:ListParents', failure);
        const [parent] = pages.flatMap(({ Parents }) => fieldsIn(Parents));
        if (parent === undefined) return [];
        parents.set(child, String(parent['Id']));
        return [String(parent['Id'])];
      }),
    );
    level = [...new Set(above.flat())].filter((one) => !one.startsWith('r-') && !parents.has(one));
  }
  const targets = [...new Set([...accounts, ...parents.values()])];
  const policies: Fields[] = [];
  for (const kind of KINDS.filter((each) => isOn(roots, each))) policies.push(...(await readKind(reader, kind, targets, miss)));
  context.book.file(path, {
    Organization: organization,
    Roots: roots,
    OrganizationalUnits: [...parents].filter(([child]) => child.startsWith('ou-')).map(([Id, ParentId]) => ({ Id, ParentId })),
    Accounts: accounts.map((Id) => ({ Id, ...(parents.has(Id) ? { ParentId: parents.get(Id) } : {}) })),
    Policies: policies,
  });
}

/** Whether the root says that a kind of policy is used at all. */
function isOn(roots: readonly Fields[], kind: ControlPolicyKind): boolean {
  return roots
    .flatMap(({ PolicyTypes }) => fieldsIn(PolicyTypes))
    .some(({ Type, Status }) => Type === kind && Status !== 'PENDING_DISABLE');
}

/** Policies of one kind with all of the targets that they are attached to; none at all when one target is not known. */
async function readKind(
  reader: OrganizationsReader,
  kind: ControlPolicyKind,
  targets: readonly string[],
  miss: (call: string, failure: AwsFailure, part?: string) => void,
): Promise<readonly Fields[]> {
  const attached = new Map<string, { readonly summary: Fields; readonly targets: string[] }>();
  let failed = false;
  await Promise.all(
    targets.map(async (target) => {
      const { pages, failure } = await reader.policiesFor(target, kind);
      if (failure !== undefined) {
        failed = true;
        miss('organizations:ListPoliciesForTarget', failure, PARTS[kind]);
        return;
      }
      for (const summary of pages.flatMap((page) => fieldsIn(page['Policies']))) {
        const id = String(summary['Id']);
        const known = attached.get(id) ?? { summary, targets: [] };
        known.targets.push(target);
        attached.set(id, known);
      }
    }),
  );
  if (failed) return [];
  return Promise.all(
    [...attached]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([id, { summary, targets: on }]): Promise<Fields> => {
        const Targets = [...on].sort().map((TargetId) => ({ TargetId }));
        const answer = await reader.policy(id);
        if ('failure' in answer) {
          miss('organizations:DescribePolicy', answer.failure, PARTS[kind]);
          return { PolicySummary: summary, Targets };
        }
        const [policy] = fieldsIn([answer.value['Policy']]);
        return { ...policy, Targets };
      }),
  );
}
