import type { Account, AccountFiles, IamAccount } from '../../../inventory/index.ts';
import { type Fields, isFields, listAt, textAt } from '../fields.ts';
import { decodedText } from '../policy-text.ts';
import type { AccountDoc, PolicyDoc, PolicyText, ProfileDoc, RoleDoc, UserDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { comparable, keptFiles, pagesOf } from './text.ts';

/** An account of an inventory that is to be played. */
export interface ReplayedAccount {
  readonly id: string;
  /** Empty where nothing tells it. */
  readonly partition: string;
  readonly files?: AccountFiles;
  /** As the inventory has it. */
  readonly account: Account;
  /** The account that documents make, for the comparison. */
  readonly made: (changes: readonly Change[]) => Account | undefined;
}

const LISTS = [
  ['User', 'UserDetailList'],
  ['Group', 'GroupDetailList'],
  ['Role', 'RoleDetailList'],
  ['Policy', 'Policies'],
] as const;

/**
 * The documents of an account. Answers of GetAccountAuthorizationDetails become documents that calls can change; then what
 * they make is compared with what the inventory says. Where the two differ (answers in parts, of two moments, with gaps
 * inside) the files are kept as they are, so that nothing is known that nobody collected, and IAM cannot be changed there.
 */
export function accountChanges(replayed: ReplayedAccount): readonly Change[] {
  const { id, files, account, made } = replayed;
  const scope = accountScope(id);
  const resources = keptFiles(scope, files?.resources ?? []);
  const whole = [...documents(replayed), ...resources];
  const copy = made(whole);
  if (copy !== undefined && comparable(said(copy)) === comparable(said(account))) return whole;
  return [...partly(replayed), ...keptFiles(scope, [...(files?.iam ?? []), ...(files?.oidc ?? [])]), ...resources];
}

/** What of an account decides anything. */
function said(account: Account): unknown {
  const iam = account.iam();
  const byArn = (list: readonly { readonly arn: string }[]): unknown => [...list].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const { roles = [], users = [], lacks = [] }: Partial<IamAccount> = iam.state === 'collected' ? iam.value : {};
  const providers = account.oidcProviders();
  return [
    iam.state === 'collected' ? { roles: byArn(roles), users: byArn(users), lacks } : iam,
    providers.state === 'collected' ? [...providers.value].sort() : providers,
    account.moreRoles(),
    [...account.resourcePolicies()].sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
}

function documents({ id, partition, files, account }: ReplayedAccount): readonly Change[] {
  const scope = accountScope(id);
  const pages = pagesOf(files?.iam ?? []);
  const lists = LISTS.flatMap(([list, key]) => (pages.some((page) => Array.isArray(Object(page)[key])) ? [list] : []));
  const document: AccountDoc = { id, partition, lists, providers: account.oidcProviders().state === 'collected' };
  const each = (key: string): readonly Fields[] => pages.flatMap((page) => listAt(page, key)).filter(isFields);
  const named = (kind: string, key: string): readonly (readonly [string, Fields])[] =>
    each(key).flatMap((item) => {
      const name = textAt(item, `${kind}Name`);
      return name === undefined ? [] : [[name.toLowerCase(), item] as const];
    });
  return [
    { scope, kind: 'account', name: id, document },
    ...named('Role', 'RoleDetailList').map(([name, item]): Change => ({ scope, kind: 'role', name, document: role(item) })),
    ...each('RoleDetailList')
      .flatMap(profiles)
      .map((profile): Change => ({ scope, kind: 'profile', name: profile.InstanceProfileName.toLowerCase(), document: profile })),
    ...named('User', 'UserDetailList').map(([name, item]): Change => ({ scope, kind: 'user', name, document: user(item) })),
    ...named('Group', 'GroupDetailList').map(
      ([name, item]): Change => ({
        scope,
        kind: 'group',
        name,
        document: {
          ...common(item),
          GroupName: textAt(item, 'GroupName') ?? '',
          GroupId: textAt(item, 'GroupId') ?? '',
          GroupPolicyList: inline(item, 'Group'),
        },
      }),
    ),
    ...each('Policies').map(
      (item): Change => ({ scope, kind: 'policy', name: textAt(item, 'Arn') ?? '', document: policy(item) }),
    ),
    ...providersOf(scope, account),
  ];
}

/** Who is there, of an account that is kept as files: enough to be somebody and to be assumed, nothing that decides. */
function partly({ id, partition, account }: ReplayedAccount): readonly Change[] {
  const scope = accountScope(id);
  const document: AccountDoc = { id, partition, lists: [], providers: false };
  const iam = account.iam();
  const { roles = [], users = [] }: Partial<IamAccount> = iam.state === 'collected' ? iam.value : {};
  const shell = (one: {
    readonly arn: string;
    readonly uniqueId: string;
    readonly createDate?: string;
    readonly tags: Fields;
  }) => ({
    Path: pathOf(one.arn),
    Arn: one.arn,
    CreateDate: one.createDate ?? '',
    AttachedManagedPolicies: [],
    Tags: Object.entries(one.tags).map(([Key, Value]) => ({ Key, Value: String(Value) })),
  });
  return [
    { scope, kind: 'account', name: id, document },
    ...roles.map(
      (one): Change => ({
        scope,
        kind: 'role',
        name: one.name.toLowerCase(),
        document: {
          ...shell(one),
          RoleName: one.name,
          RoleId: one.uniqueId,
          AssumeRolePolicyDocument: '',
          RolePolicyList: [],
          InstanceProfileList: [],
          ...(one.maxSessionDuration === undefined ? {} : { MaxSessionDuration: one.maxSessionDuration }),
        },
      }),
    ),
    ...users.map(
      (one): Change => ({
        scope,
        kind: 'user',
        name: one.name.toLowerCase(),
        document: { ...shell(one), UserName: one.name, UserId: one.uniqueId, UserPolicyList: [], GroupList: [] },
      }),
    ),
    ...providersOf(scope, account),
  ];
}

function role(item: Fields): RoleDoc {
  return {
    ...common(item),
    RoleName: textAt(item, 'RoleName') ?? '',
    RoleId: textAt(item, 'RoleId') ?? '',
    AssumeRolePolicyDocument: policyText(item['AssumeRolePolicyDocument']),
    RolePolicyList: inline(item, 'Role'),
    InstanceProfileList: [],
    Tags: tags(item),
  };
}

/** The instance profiles that hold a role. Those that hold none are in no answer that is collected. */
function profiles(role: Fields): readonly ProfileDoc[] {
  return listAt(role, 'InstanceProfileList')
    .filter(isFields)
    .map((item) => ({
      Path: textAt(item, 'Path') ?? '/',
      InstanceProfileName: textAt(item, 'InstanceProfileName') ?? '',
      InstanceProfileId: textAt(item, 'InstanceProfileId') ?? '',
      Arn: textAt(item, 'Arn') ?? '',
      CreateDate: textAt(item, 'CreateDate') ?? '',
      RoleName: textAt(role, 'RoleName') ?? '',
      Tags: tags(item),
    }));
}

function user(item: Fields): UserDoc {
  return {
    ...common(item),
    UserName: textAt(item, 'UserName') ?? '',
    UserId: textAt(item, 'UserId') ?? '',
    UserPolicyList: inline(item, 'User'),
    GroupList: listAt(item, 'GroupList').filter((name) => typeof name === 'string'),
    Tags: tags(item),
  };
}

function common(item: Fields) {
  const arn = textAt(item, 'Arn') ?? '';
  return {
    ...item,
    Path: textAt(item, 'Path') ?? pathOf(arn),
    Arn: arn,
    CreateDate: textAt(item, 'CreateDate') ?? '',
    AttachedManagedPolicies: listAt(item, 'AttachedManagedPolicies').flatMap((one) => {
      const PolicyArn = textAt(one, 'PolicyArn');
      return PolicyArn === undefined ? [] : [{ PolicyArn, PolicyName: textAt(one, 'PolicyName') ?? nameOf(PolicyArn) }];
    }),
  };
}

function inline(item: Fields, kind: string): RoleDoc['RolePolicyList'] {
  return listAt(item, `${kind}PolicyList`).flatMap((one) => {
    const PolicyName = textAt(one, 'PolicyName');
    return PolicyName === undefined || !isFields(one) ? [] : [{ PolicyName, PolicyDocument: policyText(one['PolicyDocument']) }];
  });
}

function tags(item: Fields): RoleDoc['Tags'] {
  return listAt(item, 'Tags').flatMap((one) => {
    const [Key, Value] = [textAt(one, 'Key'), textAt(one, 'Value')];
    return Key === undefined || Value === undefined ? [] : [{ Key, Value }];
  });
}

function policy(item: Fields): PolicyDoc {
  const Arn = textAt(item, 'Arn') ?? '';
  const versions = listAt(item, 'PolicyVersionList').filter(isFields);
  const CreateDate = textAt(item, 'CreateDate') ?? '';
  return {
    ...item,
    PolicyName: textAt(item, 'PolicyName') ?? nameOf(Arn),
    PolicyId: textAt(item, 'PolicyId') ?? '',
    Arn,
    Path: textAt(item, 'Path') ?? '/',
    DefaultVersionId: textAt(item, 'DefaultVersionId') ?? '',
    IsAttachable: true,
    CreateDate,
    UpdateDate: textAt(item, 'UpdateDate') ?? CreateDate,
    PolicyVersionList: versions.map((version) => ({
      VersionId: textAt(version, 'VersionId') ?? '',
      IsDefaultVersion: version['IsDefaultVersion'] === true,
      CreateDate: textAt(version, 'CreateDate') ?? '',
      Document: policyText(version['Document']),
    })),
  };
}

/** Of a provider the list says the ARN alone. */
function providersOf(scope: string, account: Account): readonly Change[] {
  const providers = account.oidcProviders();
  return (providers.state === 'collected' ? providers.value : []).map((Arn): Change => {
    const Url = Arn.slice(Arn.indexOf('oidc-provider/') + 'oidc-provider/'.length);
    return { scope, kind: 'provider', name: Arn, document: { Arn, Url, ThumbprintList: [], CreateDate: '', Tags: [] } };
  });
}

/** The aws CLI gives documents as objects, IAM's own API as text. */
function policyText(value: unknown): PolicyText {
  if (isFields(value)) return value;
  return typeof value === 'string' ? decodedText(value) : '';
}

function pathOf(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  const [from, to] = [resource.indexOf('/'), resource.lastIndexOf('/')];
  return from < 0 ? '/' : resource.slice(from, to + 1);
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
