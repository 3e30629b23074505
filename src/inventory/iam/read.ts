import { parseArn } from '../../rules/arn/index.ts';
import { isSamePolicy } from '../policy.ts';
import { each, type Place, under } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { isSame } from '../text/same.ts';
import { asTags, asText, asTexts, describeValue, type Fields, hasMarker, isFields } from '../text/values.ts';
import { detailsOf, readAttached, readGroups, readInline } from './details.ts';
import { type Draft, draftOf, type IamDraft, type ManagedDraft } from './draft.ts';
import { listPages } from './pages.ts';

/** What a file's path says about it: the account, and the principal whose folder it is in (`iam/roles/NAME/…`). */
export interface IamContext {
  readonly account: string;
  readonly owner?: { readonly kind: 'role' | 'user' | 'group' | 'policy'; readonly name: string };
}

type Reader = (into: IamDraft, page: Place, context: IamContext, report: Report) => void;

/** Answers of the aws CLI by the key that tells them apart. */
const READERS: Readonly<Record<string, Reader>> = {
  // get-account-authorization-details
  UserDetailList: (into, page, context, report) => list(into, page, 'UserDetailList', 'User', context, report),
  GroupDetailList: (into, page, context, report) => list(into, page, 'GroupDetailList', 'Group', context, report),
  RoleDetailList: (into, page, context, report) => list(into, page, 'RoleDetailList', 'Role', context, report),
  Policies: (into, page, context, report) => policies(into, page, context, report),
  // list-users, list-roles, list-groups
  Users: (into, page, context, report) => list(into, page, 'Users', 'User', context, report),
  Roles: (into, page, context, report) => list(into, page, 'Roles', 'Role', context, report),
  Groups: (into, page, context, report) => groups(into, page, context, report),
  // get-user, get-role
  User: (into, page, context, report) => one(into, under(page, 'User'), 'User', context, report),
  Role: (into, page, context, report) => one(into, under(page, 'Role'), 'Role', context, report),
  // get-role-policy, get-user-policy, get-group-policy
  PolicyDocument: inlinePolicy,
  // list-role-policies, list-attached-role-policies and their like
  PolicyNames: policyNames,
  AttachedPolicies: attachedPolicies,
  // get-policy, get-policy-version
  Policy: (into, page, context, report) => policy(into, under(page, 'Policy'), context, report),
  PolicyVersion: policyVersion,
};

/** Keys that say what an object is; tells a file of the wrong kind. */
export function isIamPage(page: Place): boolean {
  return isFields(page.value) && Object.keys(page.value).some((key) => Object.hasOwn(READERS, key));
}

/** Reads one page (one answer of the aws CLI) into the account's draft. */
export function readIamPage(into: IamDraft, page: Place, context: IamContext, report: Report): void {
  if (!isFields(page.value)) return;
  into.pages.push(...listPages(page, context.owner?.kind === 'user'));
  for (const key of Object.keys(page.value)) READERS[key]?.(into, page, context, report);
}

const MAPS = { User: 'users', Role: 'roles', Group: 'groups' } as const;
const KINDS = { User: 'user', Role: 'role', Group: 'group' } as const;

function list(
  into: IamDraft,
  page: Place,
  key: string,
  kind: 'User' | 'Role' | 'Group',
  context: IamContext,
  report: Report,
): void {
  into.listed.add(kind);
  for (const item of each(under(page, key))) one(into, item, kind, context, report);
}

function one(into: IamDraft, item: Place, kind: 'User' | 'Role' | 'Group', context: IamContext, report: Report): void {
  const { value } = item;
  const arn = isFields(value) ? asText(value.Arn) : undefined;
  const name = isFields(value) ? asText(value[`${kind}Name`]) : undefined;
  if (!isFields(value) || arn === undefined || name === undefined) {
    const message = `a ${kind.toLowerCase()} with ${kind}Name and Arn is expected; this is ${describeValue(value)}`;
    report.add({ code: 'wrong-kind', message, file: item.document.file });
    return;
  }
  const account = parseArn(arn)?.account;
  if (account !== context.account) {
    const message = `${arn} is not of account ${context.account}, whose folder this is; it is left out`;
    report.add({ code: 'account-mismatch', message, file: item.document.file });
    for (const each of ['User', 'Role', 'Group', 'Policy']) into.listed.delete(each);
    into.cutOff = true;
    return;
  }
  const draft = draftOf(into[MAPS[kind]], KINDS[kind], name, item);
  if (draft.arn !== '') again(into, draft, item, value, report);
  draft.arn = arn;
  draft.uniqueId = asText(value[`${kind}Id`]) ?? draft.uniqueId;
  draft.place = item;
  draft.items.push(item);
  if (value.Tags !== undefined) draft.tags = value.Tags;
  if (value.AssumeRolePolicyDocument !== undefined) draft.trust = under(item, 'AssumeRolePolicyDocument');
}

/** A principal that stood in another answer already, or on another page, which never happens in answers of one moment unless they say the same. */
function again(into: IamDraft, draft: Draft, item: Place, value: Fields, report: Report): void {
  if (draft.kind === 'role') into.repeated = true;
  const id = asText(value[`${draft.kind === 'role' ? 'Role' : draft.kind === 'user' ? 'User' : 'Group'}Id`]);
  const trust = value.AssumeRolePolicyDocument;
  const other =
    value.Arn !== draft.arn ||
    (id !== undefined && draft.uniqueId !== '' && id !== draft.uniqueId) ||
    (value.Tags !== undefined && draft.tags !== undefined && !isSame(asTags(value.Tags), asTags(draft.tags)));
  if (other) draft.conflict = 'whole';
  else if (trust !== undefined && draft.trust !== undefined && !isSamePolicy(trust, draft.trust.value))
    draft.conflict ??= 'trust';
  else return;
  const message = `${draft.arn} stands differently in ${draft.place.document.file}: the files are not of one moment`;
  report.add({ code: 'conflict', message, file: item.document.file });
}

/** `Groups` is ListGroups, or with a user's folder ListGroupsForUser. */
function groups(into: IamDraft, page: Place, context: IamContext, report: Report): void {
  if (context.owner?.kind !== 'user') {
    list(into, page, 'Groups', 'Group', context, report);
    return;
  }
  const draft = draftOf(into.users, 'user', context.owner.name, page);
  const groups = each(under(page, 'Groups')).flatMap((place) => {
    const name = isFields(place.value) ? asText(place.value.GroupName) : undefined;
    return name === undefined ? [] : [{ name, place }];
  });
  readGroups(detailsOf(draft), page, groups, !isPaged(into, page));
}

function ownerDraft(into: IamDraft, page: Place, context: IamContext): Draft | undefined {
  const value = isFields(page.value) ? page.value : {};
  for (const kind of ['Role', 'User', 'Group'] as const) {
    const name = asText(value[`${kind}Name`]);
    if (name !== undefined) return draftOf(into[MAPS[kind]], KINDS[kind], name, page);
  }
  const { owner } = context;
  if (owner === undefined || owner.kind === 'policy') return undefined;
  return draftOf(into[`${owner.kind}s`], owner.kind, owner.name, page);
}

function inlinePolicy(into: IamDraft, page: Place, context: IamContext, report: Report): void {
  const draft = ownerDraft(into, page, context);
  const name = isFields(page.value) ? asText(page.value.PolicyName) : undefined;
  if (draft === undefined || name === undefined) {
    nobody(page, report);
    return;
  }
  readInline(detailsOf(draft), name, under(page, 'PolicyDocument'));
}

function policyNames(into: IamDraft, page: Place, context: IamContext, report: Report): void {
  const draft = ownerDraft(into, page, context);
  if (draft === undefined) {
    nobody(page, report);
    return;
  }
  const details = detailsOf(draft);
  for (const place of each(under(page, 'PolicyNames'))) {
    if (typeof place.value === 'string') details.inlineNames.set(place.value, place);
  }
  if (isPaged(into, page)) return;
  details.inlineComplete = true;
  details.lists.push({ of: 'inline', names: new Set(asTexts(under(page, 'PolicyNames').value)), place: page });
}

/** Of a list in pages that are files of their own nobody can tell whether all of it is there. */
function isPaged(into: IamDraft, page: Place): boolean {
  const more = isFields(page.value) && hasMarker(page.value);
  if (more) into.cutOff = true;
  return more;
}

function attachedPolicies(into: IamDraft, page: Place, context: IamContext, report: Report): void {
  const draft = ownerDraft(into, page, context);
  if (draft === undefined) {
    nobody(page, report);
    return;
  }
  readAttached(detailsOf(draft), under(page, 'AttachedPolicies'), !isPaged(into, page));
}

function nobody(page: Place, report: Report): void {
  const message = 'the answer does not say whose policies these are; put the file into iam/roles/NAME/ or iam/users/NAME/';
  report.add({ code: 'no-owner', message, file: page.document.file });
}

function policies(into: IamDraft, page: Place, context: IamContext, report: Report): void {
  into.listed.add('Policy');
  for (const item of each(under(page, 'Policies'))) policy(into, item, context, report);
}

function policy(into: IamDraft, item: Place, context: IamContext, report: Report): void {
  const { value } = item;
  const arn = isFields(value) ? asText(value.Arn) : undefined;
  if (!isFields(value) || arn === undefined) {
    report.add({
      code: 'wrong-kind',
      message: `a policy with Arn is expected; this is ${describeValue(value)}`,
      file: item.document.file,
    });
    return;
  }
  const managed = into.managed.get(arn) ?? folderOf(into, context) ?? {};
  into.managed.set(arn, managed);
  if (context.owner?.kind === 'policy') into.managed.set(`folder:${context.owner.name}`, managed);
  const versions = each(under(item, 'PolicyVersionList'));
  const isDefault = (place: Place): boolean =>
    isFields(place.value) && (place.value.IsDefaultVersion === true || place.value.VersionId === value.DefaultVersionId);
  const version = versions.find(isDefault);
  const document = version === undefined ? undefined : under(version, 'Document');
  remember(managed, document, asText(value.DefaultVersionId), item, report);
}

/** Keeps the default version of a managed policy; another one than before is of another moment. */
function remember(managed: ManagedDraft, document: Place | undefined, id: string | undefined, item: Place, report: Report): void {
  const before = managed.document;
  const differs =
    (id !== undefined && managed.version !== undefined && id !== managed.version) ||
    (document !== undefined && before !== undefined && !isSamePolicy(document.value, before.value));
  if (differs) {
    managed.conflict = true;
    const message = `a managed policy has another default version${before === undefined ? '' : ` in ${before.document.file}`} than here: the files are not of one moment`;
    report.add({ code: 'conflict', message, file: item.document.file });
  }
  if (id !== undefined) managed.version = id;
  if (document !== undefined) managed.document = document;
}

/** GetPolicyVersion does not say whose version it is; the policy's folder does (`iam/policies/NAME/…`). */
function policyVersion(into: IamDraft, page: Place, context: IamContext, report: Report): void {
  const version = under(page, 'PolicyVersion');
  if (context.owner?.kind !== 'policy') {
    const message =
      'the answer does not say whose version this is; put the file into iam/policies/NAME/ beside that of get-policy';
    report.add({ code: 'no-owner', message, file: page.document.file });
    return;
  }
  const managed = folderOf(into, context) ?? {};
  into.managed.set(`folder:${context.owner.name}`, managed);
  if (!isFields(version.value) || version.value.IsDefaultVersion === false) return;
  remember(managed, under(version, 'Document'), asText(version.value.VersionId), page, report);
}

function folderOf(into: IamDraft, context: IamContext): ManagedDraft | undefined {
  return context.owner?.kind === 'policy' ? into.managed.get(`folder:${context.owner.name}`) : undefined;
}
