import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, permissions, TRUST_KINDS, trust } from './documents.ts';
import type { Random } from './random.ts';

/** One file being written piece by piece, so that no file is ever held whole. */
export interface Output {
  readonly write: (text: string) => void;
  /** Bytes written. */
  readonly close: () => number;
}

/** Opens a file, making its folders. */
export function output(folder: string, path: string): Output {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  const descriptor = openSync(file, 'w', 0o600);
  let bytes = 0;
  let waiting = '';
  const flush = (): void => {
    bytes += writeSync(descriptor, waiting);
    waiting = '';
  };
  return {
    write: (text) => {
      waiting += text;
      if (waiting.length > 1 << 20) flush();
    },
    close: () => {
      flush();
      closeSync(descriptor);
      return bytes;
    },
  };
}

/** The role `nth` of an account; the first few of each have names that trust policies elsewhere point at. */
export function roleArn(account: string, nth: number): string {
  return `arn:aws:iam::${account}:role/${roleName(nth)}`;
}

function roleName(nth: number): string {
  return nth < 5 ? `ci-${nth}` : nth < 10 ? `deployer-${nth}` : `workload-${nth}`;
}

const AWS_MANAGED = [
  'ReadOnlyAccess',
  'AmazonEKSClusterPolicy',
  'AmazonEKSWorkerNodePolicy',
  'AmazonS3ReadOnlyAccess',
  'CloudWatchAgentServerPolicy',
];
const CREATED = '2025-06-02T08:00:00+00:00';

/** Writes `iam.json` of one account as `aws iam get-account-authorization-details` prints it; returns bytes. */
export function writeAccount(
  folder: string,
  random: Random,
  account: string,
  accounts: readonly string[],
  principals: number,
): number {
  const out = output(folder, `accounts/${account}/iam.json`);
  const users = Math.floor(principals / 10);
  const roles = principals - users;
  const reachable = Array.from({ length: 20 }, () => roleArn(random.pick(accounts), random.below(10)));
  // Teams copy policies: a pool of documents is used again and again, beside documents of one principal.
  const shared = Array.from({ length: 30 }, () => permissions(random, account, reachable));
  const managed = Array.from({ length: 40 }, (_, i) => ({ arn: `arn:aws:iam::${account}:policy/team-${i}`, name: `team-${i}` }));

  const policies = (most: number): readonly { readonly PolicyName: string; readonly PolicyDocument: Document }[] =>
    Array.from({ length: most }, (_, i) => ({
      PolicyName: `inline-${i}`,
      PolicyDocument: random.oneIn(3) ? random.pick(shared) : permissions(random, account, reachable),
    }));
  const attached = (): readonly { readonly PolicyName: string; readonly PolicyArn: string }[] =>
    Array.from({ length: random.few(10) }, () => {
      const name = random.pick(AWS_MANAGED);
      const own = random.pick(managed);
      return random.oneIn(2)
        ? { PolicyName: name, PolicyArn: `arn:aws:iam::aws:policy/${name}` }
        : { PolicyName: own.name, PolicyArn: own.arn };
    });

  list(out, '{\n    "UserDetailList": [', users, (i) => ({
    Path: '/',
    UserName: `user-${i}`,
    UserId: `AIDA${random.text(17)}`,
    Arn: `arn:aws:iam::${account}:user/user-${i}`,
    CreateDate: CREATED,
    UserPolicyList: policies(random.few(6)),
    GroupList: random.oneIn(2) ? ['developers'] : [],
    AttachedManagedPolicies: attached(),
    Tags: [{ Key: 'team', Value: random.pick(['platform', 'data-lake', 'web']) }],
  }));
  list(out, ',\n    "GroupDetailList": [', 1, () => ({
    Path: '/',
    GroupName: 'developers',
    GroupId: `AGPA${random.text(17)}`,
    Arn: `arn:aws:iam::${account}:group/developers`,
    CreateDate: CREATED,
    GroupPolicyList: policies(2),
    AttachedManagedPolicies: attached(),
  }));
  list(out, ',\n    "RoleDetailList": [', roles, (i) => {
    const peerAccount = random.pick(accounts);
    return {
      Path: '/',
      RoleName: roleName(i),
      RoleId: `AROA${random.text(17)}`,
      Arn: roleArn(account, i),
      CreateDate: CREATED,
      AssumeRolePolicyDocument: trust(
        random,
        i < 5 ? 'github' : i < 10 ? 'role' : random.pick(TRUST_KINDS),
        account,
        roleArn(peerAccount, random.below(10)),
        peerAccount,
      ),
      InstanceProfileList: [],
      RolePolicyList: policies(1 + random.few(4)),
      AttachedManagedPolicies: attached(),
      ...(random.oneIn(12)
        ? { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: random.pick(managed).arn } }
        : {}),
      Tags: [{ Key: 'team', Value: random.pick(['platform', 'data-lake', 'web']) }],
      RoleLastUsed: { LastUsedDate: '2026-11-01T00:00:00+00:00', Region: 'eu-west-1' },
    };
  });
  const all = [...managed, ...AWS_MANAGED.map((name) => ({ name, arn: `arn:aws:iam::aws:policy/${name}` }))];
  list(out, ',\n    "Policies": [', all.length, (i) => ({
    PolicyName: all[i]?.name,
    PolicyId: `ANPA${random.text(17)}`,
    Arn: all[i]?.arn,
    Path: '/',
    DefaultVersionId: 'v3',
    AttachmentCount: 1,
    IsAttachable: true,
    CreateDate: CREATED,
    UpdateDate: CREATED,
    PolicyVersionList: ['v3', 'v2', 'v1'].map((VersionId) => ({
      Document: permissions(random, account, reachable),
      VersionId,
      IsDefaultVersion: VersionId === 'v3',
      CreateDate: CREATED,
    })),
  }));
  out.write('\n}\n');
  return out.close();
}

/** Writes a list, indented as the AWS CLI indents. */
function list(out: Output, opening: string, count: number, item: (i: number) => unknown): void {
  out.write(opening);
  for (let i = 0; i < count; i++) {
    const text = JSON.stringify(item(i), null, 4).replaceAll('\n', '\n        ');
    out.write(`${i === 0 ? '' : ','}\n        ${text}`);
  }
  out.write('\n    ]');
}
