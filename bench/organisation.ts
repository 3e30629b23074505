import { output, roleArn, writeAccount } from './account.ts';
import { writeCluster } from './cluster.ts';
import { makeRandom, type Random } from './random.ts';

/** How large an organisation is to be. */
export interface Size {
  readonly accounts: number;
  /** In each account, a tenth of them users. */
  readonly principals: number;
  /** In all, spread over the first accounts. */
  readonly clusters: number;
  /** In each cluster. */
  readonly bindings: number;
}

/** What was written. */
export interface Organisation {
  readonly bytes: number;
  /** A cluster and a caller that a question can be asked about. */
  readonly cluster: string;
  readonly caller: string;
}

/** Writes an organisation as an inventory folder; the same seed and size write the same bytes. */
export function writeOrganisation(folder: string, size: Size, seed: number): Organisation {
  const random = makeRandom(seed);
  const accounts = Array.from({ length: size.accounts }, (_, i) => String(100000000001 + i * 7));
  const first = accounts[0] ?? '100000000001';
  let bytes = writeTree(folder, random, accounts);
  for (const account of accounts) bytes += writeAccount(folder, random, account, accounts, size.principals);
  for (let i = 0; i < size.clusters; i++) {
    const account = accounts[i % accounts.length] ?? first;
    bytes += writeCluster(folder, random, account, `cluster-${i}`, accounts, size.bindings);
  }
  return { bytes, cluster: `arn:aws:eks:eu-west-1:${first}:cluster/cluster-0`, caller: roleArn(accounts.at(-1) ?? first, 0) };
}

const FULL_ACCESS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const GUARDS = [
  { Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' },
  {
    Effect: 'Deny',
    NotAction: ['iam:*', 'sts:*', 'organizations:*', 'support:*'],
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1', 'us-east-1'] } },
  },
  {
    Effect: 'Deny',
    Action: 'iam:CreateUser',
    Resource: '*',
    Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci-*' } },
  },
];

/** The tree: one OU for about ten accounts, under five OUs, with guard rails here and there. */
function writeTree(folder: string, random: Random, accounts: readonly string[]): number {
  const id = 'o-bench00001';
  const root = 'r-b001';
  const top = Array.from({ length: 5 }, (_, i) => `ou-b001-top0000${i}`);
  const leaves = Array.from(
    { length: Math.max(1, Math.ceil(accounts.length / 10)) },
    (_, i) => `ou-b001-leaf${String(i).padStart(4, '0')}`,
  );
  const everywhere = [root, ...top, ...leaves, ...accounts];
  const parent = (i: number, of: readonly string[]): string => of[i % of.length] ?? root;
  const control = (name: string, content: unknown, targets: readonly string[]): unknown => ({
    PolicySummary: {
      Id: `p-${name}`,
      Arn: `arn:aws:organizations::${accounts[0]}:policy/${id}/service_control_policy/p-${name}`,
      Name: name,
      Type: 'SERVICE_CONTROL_POLICY',
      AwsManaged: name === 'FullAWSAccess',
    },
    Content: JSON.stringify(content),
    Targets: targets.map((TargetId) => ({ TargetId })),
  });
  const out = output(folder, `organizations/${id}.json`);
  out.write(
    `${JSON.stringify(
      {
        Organization: { Id: id, FeatureSet: 'ALL', MasterAccountId: accounts[0] },
        Roots: [{ Id: root, Name: 'Root', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] }],
        OrganizationalUnits: [
          ...top.map((Id) => ({ Id, Name: Id, ParentId: root })),
          ...leaves.map((Id, i) => ({ Id, Name: Id, ParentId: parent(i, top) })),
        ],
        Accounts: accounts.map((Id, i) => ({ Id, Name: `account-${i}`, Status: 'ACTIVE', ParentId: parent(i, leaves) })),
        Policies: [
          control('FullAWSAccess', FULL_ACCESS, everywhere),
          ...GUARDS.map((guard, i) =>
            control(
              `guard-${i}`,
              { Version: '2012-10-17', Statement: [guard] },
              top.filter(() => random.oneIn(2)),
            ),
          ),
        ],
      },
      null,
      4,
    )}\n`,
  );
  return out.close();
}
