import { type Row, readAwsAuth } from './aws-auth.ts';
import type { Choose } from './open-point.ts';

/** One line of `causeway simulate` for the mapping hop, in a closed world: everything that may be known is stated. */
export interface MappingCase {
  readonly authenticationMode: 'CONFIG_MAP' | 'API_AND_CONFIG_MAP' | 'API';
  readonly awsAuth: Readonly<Record<string, string>> | null;
  readonly accessEntries: readonly EntryCase[];
  readonly caller: CallerCase;
  readonly creator?: string;
  readonly ec2PrivateDnsNames?: Readonly<Record<string, string>>;
}

/** An access entry as DescribeAccessEntry gives it, with what somebody recorded beside it. */
export interface EntryCase {
  readonly principalArn: string;
  readonly type: string;
  readonly username?: string;
  readonly kubernetesGroups: readonly string[];
  readonly createdAt: string;
  readonly boundUniqueId?: string;
}

/** The caller as STS reports it, with the facts about its role. */
export interface CallerCase {
  readonly arn: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  /** With the path; for a user its own ARN. */
  readonly principalArn: string;
  readonly uniqueId: string;
  readonly createDate: string;
}

/** Who the caller is in the cluster, as one line of text so that outcomes compare: `mapped by username groups`, or `unauthorized`. */
export function mapped(case_: MappingCase, choose: Choose): string {
  const { caller, authenticationMode: mode } = case_;
  const canonical = canonicalArn(caller.arn);
  if (canonical === undefined) return UNAUTHORIZED;

  if (mode !== 'CONFIG_MAP') {
    for (const entry of case_.accessEntries) {
      if (entry.principalArn !== caller.principalArn) continue;
      // An entry binds to the unique id (§3.3): a principal made again under the same ARN is not the one it means.
      const another = entry.boundUniqueId !== undefined && entry.boundUniqueId !== caller.uniqueId;
      const younger = Date.parse(caller.createDate) > Date.parse(entry.createdAt);
      if (another || younger) {
        if (mode === 'API' || choose('a dead entry still hides the ConfigMap')) return UNAUTHORIZED;
        continue;
      }
      const username = entry.username ?? defaultUsername(entry.principalArn, entry.type);
      if (username === undefined) return 'unknown';
      return rendered('accessEntry', username, entry.kubernetesGroups, case_);
    }
    if (mode === 'API') return UNAUTHORIZED;
  }

  if (mode === 'CONFIG_MAP' && isCreator(case_.creator, caller.principalArn, choose)) {
    const alone = 'mapped creator';
    if (rowsFor(canonical, case_).length === 0 || choose('the creator also has a row')) return alone;
  }
  const data = readAwsAuth(case_.awsAuth, choose);
  const wanted = canonical.toLowerCase();
  const roles = data.roles.filter((row) => row.arn.toLowerCase() === wanted);
  const role = roles.at(-1); // the last of several wins (§2.3)
  if (role !== undefined) return rendered('mapRoles', role.username, role.groups, case_, choose, data.accounts);
  const users = data.users.filter((row) => row.arn.toLowerCase() === wanted);
  const spellings = [...new Set(users.map((row) => row.arn))];
  for (const [i, spelling] of spellings.entries()) {
    // Two spellings may stand side by side and chance decides; one spelling: the last wins (§2.3).
    const user = users.findLast((row) => row.arn === spelling);
    if (user === undefined || (i < spellings.length - 1 && !choose(`spelling ${spelling}`))) continue;
    return rendered('mapUsers', user.username, user.groups, case_, choose, data.accounts);
  }
  if (data.accounts.includes(caller.accountId)) return text('mapAccounts', canonical, []);
  return UNAUTHORIZED;
}

const UNAUTHORIZED = 'unauthorized';

/** The role counts, not the session (§2.7); whether a creator stated without its path is the role of that name nobody says. */
function isCreator(creator: string | undefined, principalArn: string, choose: Choose): boolean {
  if (creator === undefined || creator === principalArn) return creator !== undefined;
  const bare = (arn: string): string => arn.replace(/:role\/.*\//, ':role/');
  return bare(creator) === bare(principalArn) && choose('the creator without its path');
}

/** The line that stands for a mapping; the order of groups does not matter. */
export function text(by: string, username: string, groups: readonly string[]): string {
  return `mapped ${by} ${JSON.stringify(username)} ${JSON.stringify([...groups].sort())}`;
}

/** Facts/eks.md §1.5. */
export function canonicalArn(arn: string): string | undefined {
  const match = /^arn:([^:]*):(iam|sts)::([^:]*):(.*)$/.exec(arn);
  if (match === null) return undefined;
  const [, partition = '', service, account, resource = ''] = match;
  if (!/^(aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b|aws-iso-e|aws-iso-f|aws-eusc)$/.test(partition)) return undefined;
  if (service === 'iam') return /^(role\/|user\/|root$)/.test(resource) ? arn : undefined;
  if (resource.startsWith('federated-user/')) return arn;
  const role = /^assumed-role\/(.+)\/[^/]+$/.exec(resource);
  return role === null ? undefined : `arn:${partition}:iam::${account}:role/${role[1]}`;
}

function rowsFor(canonical: string, case_: MappingCase): readonly Row[] {
  const data = readAwsAuth(case_.awsAuth, () => true);
  return [...data.roles, ...data.users].filter((row) => row.arn.toLowerCase() === canonical.toLowerCase());
}

/** Facts/eks.md §3.4; types whose default nobody could confirm have none here. */
function defaultUsername(principalArn: string, type: string): string | undefined {
  if (type === 'EC2_LINUX' || type === 'EC2_WINDOWS') return 'system:node:{{EC2PrivateDNSName}}';
  if (type === 'FARGATE_LINUX' || type === 'HYBRID_LINUX') return 'system:node:{{SessionName}}';
  if (type !== 'STANDARD') return undefined;
  const [, partition, , , account, resource = ''] = principalArn.split(':');
  if (!resource.startsWith('role/')) return principalArn;
  return `arn:${partition}:sts::${account}:assumed-role/${resource.split('/').at(-1)}/{{SessionName}}`;
}

/** Templates in the order of facts/eks.md §1.7; a template that cannot be filled refuses the caller. */
function rendered(
  by: string,
  username: string,
  groups: readonly string[],
  case_: MappingCase,
  choose?: Choose,
  accounts: readonly string[] = [],
): string {
  const sessionName = /:assumed-role\/.+\/([^/]+)$/.exec(case_.caller.arn)?.[1] ?? '';
  const all = [username, ...groups];
  if (all.some((one) => one.includes('{{EC2PrivateDNSName}}'))) {
    if (!/^i-(\w{8}|\w{17})$/.test(sessionName)) {
      if (choose && accounts.includes(case_.caller.accountId) && choose('account list after a template that failed')) {
        return text('mapAccounts', canonicalArn(case_.caller.arn) ?? '', []);
      }
      return UNAUTHORIZED;
    }
    if (case_.ec2PrivateDnsNames?.[sessionName] === undefined) return 'unknown';
  }
  const render = (template: string): string =>
    template
      .replaceAll('{{EC2PrivateDNSName}}', () => case_.ec2PrivateDnsNames?.[sessionName] ?? '')
      .replaceAll('{{AccountID}}', () => case_.caller.accountId)
      .replaceAll('{{SessionName}}', () => sessionName.replaceAll('@', '-'))
      .replaceAll('{{SessionNameRaw}}', () => sessionName)
      .replaceAll('{{AccessKeyID}}', () => case_.caller.accessKeyId);
  return text(by, render(username), groups.map(render));
}
