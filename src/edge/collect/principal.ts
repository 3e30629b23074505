import type { HolderKind, IamReader } from '../aws/index.ts';
import { type Context, callerOf, missed } from './context.ts';
import { withDocuments } from './documents.ts';
import { fieldsIn } from './fields.ts';
import { fileName } from './file-name.ts';
import { collectManagedPolicy } from './managed-policy.ts';
import type { CollectSession } from './types.ts';

/** Where the answers about one holder of policies go, and what is said when one does not come. */
interface Place {
  readonly context: Context;
  readonly account: string;
  readonly reader: IamReader;
  /** Managed policies that were asked for already. */
  readonly managed: Set<string>;
  readonly groups: Set<string>;
}

/** Reads the named principals of an account and nothing else of its IAM: their policies, boundaries and groups. */
export async function collectNamed(context: Context, session: CollectSession): Promise<void> {
  const { account } = session;
  const reader = await context.world.aws.iamReader(callerOf(context, session, 'iam', session.region));
  const place: Place = { context, account, reader, managed: new Set(), groups: new Set() };
  const own = context.request.principals.flatMap((arn) => {
    const [, id, kind, name] = /^arn:[^:]+:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
    return id === account && name !== undefined ? [{ kind: kind === 'role' ? 'role' : 'user', name } as const] : [];
  });
  try {
    await Promise.all(own.map(({ kind, name }) => collectPrincipal(place, kind, name)));
  } finally {
    reader.close();
  }
}

const TITLES = { role: 'Role', user: 'User', group: 'Group' } as const;

const folderOf = ({ account }: Place, kind: HolderKind, name: string): string =>
  `accounts/${account}/iam/${kind}s/${fileName(name)}`;

async function collectPrincipal(place: Place, kind: 'role' | 'user', name: string): Promise<void> {
  const { context, account, reader } = place;
  const path = `${folderOf(place, kind, name)}/${kind}.json`;
  const answer = await reader.principal(kind, name);
  if ('failure' in answer) {
    missed(context, account, { path }, `iam:Get${TITLES[kind]}`, answer.failure);
    return;
  }
  context.book.file(path, withDocuments(answer.value));
  const [principal] = fieldsIn([answer.value[TITLES[kind]]]);
  const [boundary] = fieldsIn([principal?.['PermissionsBoundary']]);
  const arn = boundary?.['PermissionsBoundaryArn'];
  await Promise.all([
    collectPolicies(place, kind, name),
    typeof arn === 'string' ? collectManaged(place, arn) : undefined,
    kind === 'user' ? collectGroups(place, name) : undefined,
  ]);
}

async function collectPolicies(place: Place, kind: HolderKind, name: string): Promise<void> {
  const { context, account, reader } = place;
  const folder = folderOf(place, kind, name);
  const inline = async (): Promise<void> => {
    const path = `${folder}/policies.json`;
    const { pages, failure } = await reader.inlinePolicies(kind, name);
    if (failure !== undefined) {
      missed(context, account, { path }, `iam:List${TITLES[kind]}Policies`, failure);
      return;
    }
    const names = pages.flatMap(({ PolicyNames }) => (Array.isArray(PolicyNames) ? PolicyNames.map(String) : []));
    context.book.file(path, { PolicyNames: names });
    await Promise.all(
      names.map(async (policy) => {
        const file = `${folder}/inline/${fileName(policy)}.json`;
        const answer = await reader.inlinePolicy(kind, name, policy);
        if ('failure' in answer) missed(context, account, { path: file }, `iam:Get${TITLES[kind]}Policy`, answer.failure);
        else context.book.file(file, withDocuments(answer.value));
      }),
    );
  };
  const attached = async (): Promise<void> => {
    const path = `${folder}/attached.json`;
    const { pages, failure } = await reader.attachedPolicies(kind, name);
    if (failure !== undefined) {
      missed(context, account, { path }, `iam:ListAttached${TITLES[kind]}Policies`, failure);
      return;
    }
    const AttachedPolicies = pages.flatMap((page) => fieldsIn(page['AttachedPolicies']));
    context.book.file(path, { AttachedPolicies });
    await Promise.all(AttachedPolicies.map(({ PolicyArn }) => collectManaged(place, String(PolicyArn))));
  };
  await Promise.all([inline(), attached()]);
}

async function collectGroups(place: Place, user: string): Promise<void> {
  const { context, account, reader } = place;
  const path = `${folderOf(place, 'user', user)}/groups.json`;
  const { pages, failure } = await reader.groupsOf(user);
  if (failure !== undefined) {
    missed(context, account, { path }, 'iam:ListGroupsForUser', failure);
    return;
  }
  const Groups = pages.flatMap((page) => fieldsIn(page['Groups']));
  context.book.file(path, { Groups });
  const names = Groups.map(({ GroupName }) => String(GroupName)).filter((name) => !place.groups.has(name));
  for (const name of names) place.groups.add(name);
  await Promise.all(names.map((name) => collectPolicies(place, 'group', name)));
}

async function collectManaged(place: Place, arn: string): Promise<void> {
  if (place.managed.has(arn)) return;
  place.managed.add(arn);
  await collectManagedPolicy(place.context, place.account, place.reader, arn);
}
