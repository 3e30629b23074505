import { stringify } from 'yaml';
import type { ExportedFile } from '../src/edge/lab/index.ts';

/** How many grants an account's cluster has: most few, one many. */
export const GRANTS: readonly number[] = [2, 4, 6, 8, 10, 12, 16, 40];

/** Accounts with a cluster each, as `GRANTS` has them. */
export const ACCOUNTS: readonly string[] = GRANTS.map((_, i) => String(i + 1).repeat(12));

const REGION = 'eu-west-1';
const AT = '2026-01-01T00:00:00+00:00';

const document = (Statement: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...Statement }] });
const roleOf = (account: string): string => `arn:aws:iam::${account}:role/caller`;

/** The ARN of the cluster of an account. */
export function clusterOf(account: string): string {
  return `arn:aws:eks:${REGION}:${account}:cluster/prod`;
}

/** The administrator of an account. */
export function adminOf(account: string): string {
  return `arn:aws:iam::${account}:user/admin`;
}

/** The inventory that a lab starts with: accounts with an administrator, a caller and a cluster that has nobody else. */
export function organisation(): readonly ExportedFile[] {
  const complete = ACCOUNTS.map((account) => `accounts/${account}`);
  const about = { version: 1, collectedAt: AT, collectedAs: ACCOUNTS.map(adminOf), complete, refused: [] };
  return [{ path: 'inventory.json', text: JSON.stringify(about) }, ...ACCOUNTS.flatMap(filesOf)];
}

function filesOf(account: string): readonly ExportedFile[] {
  const cluster = `accounts/${account}/eks/${REGION}/prod`;
  const entry = { clusterName: 'prod', principalArn: adminOf(account) };
  const times = { createdAt: AT, modifiedAt: AT };
  const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
  const files: readonly (readonly [string, unknown])[] = [
    [`accounts/${account}/iam.json`, iamOf(account)],
    [`${cluster}/cluster.json`, { cluster: { name: 'prod', arn: clusterOf(account), version: '1.33', ...CLUSTER } }],
    [
      `${cluster}/access-entries/admin.json`,
      { accessEntry: { ...entry, ...times, kubernetesGroups: [], tags: {}, username: adminOf(account), type: 'STANDARD' } },
    ],
    [
      `${cluster}/access-entries/admin.policies.json`,
      { ...entry, associatedAccessPolicies: [{ policyArn, accessScope: { type: 'cluster', namespaces: [] } }] },
    ],
    [`${cluster}/kubernetes.yaml`, { apiVersion: 'v1', kind: 'List', items: namespaces() }],
  ];
  return files.map(([path, content]) => ({ path, text: JSON.stringify(content) }));
}

const CLUSTER = {
  endpoint: 'https://cluster.example',
  certificateAuthority: { data: '' },
  status: 'ACTIVE',
  accessConfig: { authenticationMode: 'API' },
};

function iamOf(account: string): unknown {
  const trust = document({ Principal: { Service: 'codebuild.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const user = { Path: '/', UserName: 'admin', UserId: 'AIDAADMIN', Arn: adminOf(account), CreateDate: AT };
  const role = { Path: '/', RoleName: 'caller', RoleId: 'AROACALLER', Arn: roleOf(account), CreateDate: AT };
  const all = { PolicyName: 'all', PolicyDocument: document({ Action: '*', Resource: '*' }) };
  return {
    UserDetailList: [{ ...user, UserPolicyList: [all], GroupList: [], AttachedManagedPolicies: [], Tags: [] }],
    GroupDetailList: [],
    RoleDetailList: [
      {
        ...role,
        ...{
          AssumeRolePolicyDocument: trust,
          InstanceProfileList: [],
          RolePolicyList: [],
          AttachedManagedPolicies: [],
          Tags: [],
        },
      },
    ],
    Policies: [],
  };
}

function namespaces(): readonly unknown[] {
  return ['kube-system', 'team'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

/** A grants file: in every account its number of grants to callers of the next one, half by access policy, half by group and binding. */
export function grantsText(): string {
  return stringify({
    name: 'bench',
    accounts: Object.fromEntries(ACCOUNTS.map((id, i) => [`a${i}`, { id }])),
    clusters: Object.fromEntries(ACCOUNTS.map((_, i) => [`c${i}`, { account: `a${i}`, region: REGION, name: 'prod' }])),
    grants: ACCOUNTS.flatMap((_, i) =>
      Array.from({ length: GRANTS[i] ?? 0 }, (__, n) => ({
        name: `g-${i}-${n}`,
        to: roleOf(ACCOUNTS[(i + 1) % ACCOUNTS.length] ?? ''),
        on: `c${i}`,
        access: n % 2 === 0 ? { policy: 'AmazonEKSViewPolicy' } : 'view',
        namespaces: ['team'],
        via: 'role',
      })),
    ),
  });
}
