import { awsManagedPolicy } from '../iam/aws-managed.ts';
import { newRole, newUser, type Place } from '../iam/make.ts';
import type { AccountDoc, ClusterDoc, EntryDoc, PolicyText, RoleDoc, UserDoc } from '../state/documents.ts';
import { objectName } from '../state/object-name.ts';
import { accountScope, clusterScope, FILES, objectScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { newCluster, newEntry } from './cluster.ts';
import { ARTICLE_OBJECTS } from './objects.ts';
import { MANAGEMENT, ORGANIZATION } from './organization.ts';

/** The accounts of the article: the clusters' owner, the pipeline's, the auditors'. */
export const [PLATFORM, DELIVERY, SECURITY] = ['111111111111', '222222222222', '333333333333'] as const;

const REGION = 'eu-west-1';
const PATH = '/causeway/platform-access/';
const CLUSTER = `arn:aws:eks:${REGION}:${PLATFORM}:cluster/prod`;

const allow = (Action: string | readonly string[], Resource: string): PolicyText => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

const trust = (principal: Readonly<Record<string, string>>): PolicyText => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});

/**
 * The article's three accounts and the management account of their organization, with a user `admin` each, and the
 * cluster `prod` of the first.
 *
 * @param bare leave out what the article sets up: the roles, the entries and the bindings, and start in mode CONFIG_MAP
 */
export function articleSeed(at: Date, bare: boolean): readonly Change[] {
  const place = (account: string): Place => ({ partition: 'aws', account, at });
  const accounts = [PLATFORM, DELIVERY, SECURITY, MANAGEMENT].flatMap((id) => accountSeed(place(id)));
  const roles = bare ? [] : grantRoles(place);
  const admin = `arn:aws:iam::${PLATFORM}:user/admin`;
  const cluster: ClusterDoc = {
    cluster: newCluster({ arn: CLUSTER, mode: bare ? 'CONFIG_MAP' : 'API_AND_CONFIG_MAP', at }),
    creator: admin,
    entries: true,
  };
  const scope = clusterScope(CLUSTER);
  return [
    { scope: FILES, kind: 'file', name: ORGANIZATION.path, document: ORGANIZATION },
    ...accounts,
    ...roles.map((role) => roleChange(role)),
    { scope, kind: 'cluster', name: CLUSTER, document: cluster },
    ...(bare ? [] : entries(at, roles, admin, accounts)).map(
      (document): Change => ({ scope, kind: 'entry', name: document.accessEntry.principalArn, document }),
    ),
    ...ARTICLE_OBJECTS(bare).map(
      (object): Change => ({
        scope: objectScope(CLUSTER),
        kind: 'object',
        name: objectName(object),
        document: { object },
      }),
    ),
  ];
}

function accountSeed(place: Place): readonly Change[] {
  const id = place.account;
  const scope = accountScope(id);
  const account: AccountDoc = { id, partition: 'aws', lists: ['User', 'Group', 'Role', 'Policy'], providers: true };
  const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const policy = awsManagedPolicy(arn);
  return [
    { scope, kind: 'account', name: id, document: account },
    { scope, kind: 'user', name: 'admin', document: newUser(place, { name: 'admin', attached: [arn] }) },
    ...(policy === undefined ? [] : [{ scope, kind: 'policy', name: arn, document: policy } as const]),
  ];
}

function roleChange(role: RoleDoc): Change {
  const account = role.Arn.split(':')[4] ?? '';
  return { scope: accountScope(account), kind: 'role', name: role.RoleName.toLowerCase(), document: role };
}

function grantRoles(place: (account: string) => Place): readonly RoleDoc[] {
  const target = (name: string): string => `arn:aws:iam::${PLATFORM}:role${PATH}${name}`;
  const describe = { 'describe-cluster': allow('eks:DescribeCluster', CLUSTER) };
  return [
    newRole(place(PLATFORM), {
      path: PATH,
      name: 'ci-deploys-my-app',
      trust: trust({ AWS: `arn:aws:iam::${DELIVERY}:role/ci-runner` }),
      inline: describe,
    }),
    newRole(place(PLATFORM), {
      path: PATH,
      name: 'security-audits',
      trust: trust({ AWS: `arn:aws:iam::${SECURITY}:role/SecurityAudit` }),
      inline: describe,
    }),
    newRole(place(DELIVERY), {
      name: 'ci-runner',
      trust: trust({ Service: 'codebuild.amazonaws.com' }),
      inline: { 'deploy-my-app': allow('sts:AssumeRole', target('ci-deploys-my-app')) },
    }),
    newRole(place(SECURITY), {
      name: 'SecurityAudit',
      trust: trust({ AWS: `arn:aws:iam::${SECURITY}:root` }),
      inline: { 'audit-prod': allow('sts:AssumeRole', target('security-audits')) },
    }),
  ];
}

function entries(at: Date, roles: readonly RoleDoc[], admin: string, accounts: readonly Change[]): readonly EntryDoc[] {
  const found = (name: string): RoleDoc | undefined => roles.find(({ RoleName }) => RoleName === name);
  const [ci, audit] = [found('ci-deploys-my-app'), found('security-audits')];
  const user = accounts.flatMap(({ kind, document }) => (kind === 'user' && document?.Arn === admin ? [document] : []))[0];
  return [
    ...bound(at, user, [['AmazonEKSClusterAdminPolicy', []]], []),
    ...bound(at, ci, [['AmazonEKSEditPolicy', ['my-app-ns']]], []),
    ...bound(at, audit, [], ['causeway:platform-access:security-audits']),
  ];
}

function bound(
  at: Date,
  principal: RoleDoc | UserDoc | undefined,
  policies: readonly (readonly [name: string, namespaces: readonly string[]])[],
  groups: readonly string[],
): readonly EntryDoc[] {
  if (principal === undefined) return [];
  const uniqueId = 'RoleId' in principal ? principal.RoleId : principal.UserId;
  return [newEntry({ cluster: CLUSTER, principalArn: principal.Arn, uniqueId, groups, policies, at })];
}
