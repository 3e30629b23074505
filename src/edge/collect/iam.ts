import type { Fields, IamReader } from '../aws/index.ts';
import { type Context, callerOf, missed } from './context.ts';
import { withDocuments } from './documents.ts';
import { fieldsIn } from './fields.ts';
import { fileName } from './file-name.ts';
import { collectManagedPolicy } from './managed-policy.ts';
import type { CollectSession } from './types.ts';

/** Reads the principals, policies and OIDC providers of one account. */
export async function collectIam(context: Context, session: CollectSession): Promise<void> {
  const reader = await context.world.aws.iamReader(callerOf(context, session, 'iam', session.region));
  try {
    await Promise.all([collectPrincipals(context, session, reader), collectProviders(context, session, reader)]);
  } finally {
    reader.close();
  }
}

const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;

async function collectPrincipals(context: Context, { account }: CollectSession, reader: IamReader): Promise<void> {
  const { book } = context;
  const path = `accounts/${account}/iam.json`;
  const { pages, failure } = await reader.details();
  if (failure !== undefined) missed(context, account, { path }, 'iam:GetAccountAuthorizationDetails', failure);
  if (pages.length === 0) return;
  const merged: Record<string, readonly Fields[]> = {};
  for (const list of LISTS) merged[list] = pages.flatMap((page) => fieldsIn(page[list]));
  // What was read before the failure is evidence, and the account is known to have more.
  book.file(path, withDocuments({ ...merged, IsTruncated: failure !== undefined }));
  if (failure !== undefined) return;
  book.complete(path);
  await Promise.all([
    collectRoles(context, account, reader, merged['RoleDetailList'] ?? []),
    collectPolicies(context, account, reader, merged),
  ]);
}

/**
 * What the account's list leaves out of a role: its description and how long its sessions may be. Asked role by role, or all at
 * once where that takes fewer calls.
 */
async function collectRoles(context: Context, account: string, reader: IamReader, roles: readonly Fields[]): Promise<void> {
  const { book, request } = context;
  const wanted = roles.filter(
    ({ Arn, Path }) =>
      request.principals.includes(String(Arn)) || request.rolePaths.some((path) => String(Path).startsWith(path)),
  );
  if (wanted.length > Math.ceil(roles.length / PAGE)) {
    const path = `accounts/${account}/iam/roles.json`;
    const { pages, failure } = await reader.roles();
    if (failure !== undefined) missed(context, account, { path }, 'iam:ListRoles', failure);
    else book.file(path, withDocuments({ Roles: pages.flatMap(({ Roles }) => fieldsIn(Roles)), IsTruncated: false }));
    return;
  }
  await Promise.all(
    wanted.map(async ({ RoleName }) => {
      const path = `accounts/${account}/iam/roles/${fileName(String(RoleName))}/role.json`;
      const answer = await reader.principal('role', String(RoleName));
      if ('failure' in answer) missed(context, account, { path }, 'iam:GetRole', answer.failure);
      else book.file(path, withDocuments(answer.value));
    }),
  );
}

/** Roles on one page of ListRoles (IAM API reference, MaxItems). */
const PAGE = 1000;

/** A managed policy that serves as a boundary alone may be missing in the account's list (facts/iam.md §5.2). */
async function collectPolicies(
  context: Context,
  account: string,
  reader: IamReader,
  merged: Readonly<Record<string, readonly Fields[]>>,
): Promise<void> {
  const listed = new Set((merged['Policies'] ?? []).map(({ Arn }) => Arn));
  const named = [...(merged['UserDetailList'] ?? []), ...(merged['RoleDetailList'] ?? [])].flatMap(({ PermissionsBoundary }) =>
    fieldsIn([PermissionsBoundary]).map(({ PermissionsBoundaryArn }) => String(PermissionsBoundaryArn)),
  );
  const lacking = [...new Set(named)].filter((arn) => arn.startsWith('arn:') && !listed.has(arn));
  await Promise.all(lacking.map((arn) => collectManagedPolicy(context, account, reader, arn)));
}

async function collectProviders(context: Context, { account }: CollectSession, reader: IamReader): Promise<void> {
  const path = `accounts/${account}/oidc-providers.json`;
  const answer = await reader.oidcProviders();
  if ('failure' in answer) missed(context, account, { path }, 'iam:ListOpenIDConnectProviders', answer.failure);
  else {
    context.book.file(path, answer.value);
    context.book.complete(path);
  }
}
