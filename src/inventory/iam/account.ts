import type { Gap } from '../../base/index.ts';
import { once } from '../lazy.ts';
import type { IamAccount, IamPrincipal, IamRole, IamUser, PolicyDocument } from '../model.ts';
import { missingPolicy, readPolicy, unjudgedPolicy } from '../policy.ts';
import { originOf, type Place } from '../text/place.ts';
import type { Report } from '../text/report.ts';
import { asTags } from '../text/values.ts';
import { conflictOf, detailsOf } from './details.ts';
import type { Details, Draft, IamDraft } from './draft.ts';

/** Answers of different moments: which of them counts cannot be told from here. */
const OTHERWISE = 'another file tells it otherwise';

/** Makes the account of the model from everything that was read; each managed policy becomes one shared document. */
export function makeIamAccount(account: string, draft: IamDraft, report: Report): IamAccount {
  const shared = new Map<string, PolicyDocument>();
  const join: Join = { account, draft, report, shared, groups: new Map() };
  const role = memoize(draft.roles, (one) => makeRole(join, one));
  const user = memoize(draft.users, (one) => makeUser(join, one));
  const names = { roles: [...draft.roles.keys()], users: [...draft.users.keys()] };
  const roles = once(() => names.roles.flatMap((name) => role(name) ?? []));
  const users = once(() => names.users.flatMap((name) => user(name) ?? []));
  const kinds = ['User', 'Role', 'Group', 'Policy'];
  return Object.freeze({
    role,
    user,
    get roles() {
      return roles();
    },
    get users() {
      return users();
    },
    lacks: draft.cutOff ? kinds : kinds.filter((kind) => !draft.listed.has(kind)),
  });
}

/** Finds a principal by name, ignoring case, and makes it when it is first asked for; its draft is then let go. */
function memoize<T>(drafts: Map<string, Draft>, make: (draft: Draft) => T): (name: string) => T | undefined {
  const made = new Map<string, T>();
  return (name) => {
    const key = name.toLowerCase();
    const known = made.get(key);
    const draft = drafts.get(key);
    if (known !== undefined || draft === undefined || draft.arn === '') return known;
    const fresh = make(draft);
    made.set(key, fresh);
    drafts.delete(key);
    return fresh;
  };
}

interface Join {
  readonly account: string;
  readonly draft: IamDraft;
  readonly report: Report;
  readonly shared: Map<string, PolicyDocument>;
  readonly groups: Map<Draft, readonly PolicyDocument[]>;
}

function makeRole(join: Join, draft: Draft): IamRole {
  const { maxSessionDuration, description } = detailsOf(draft);
  return {
    kind: 'role',
    ...principal(join, draft),
    trust: trustOf(join.account, draft, join.report),
    ...(description === undefined ? {} : { description }),
    ...(maxSessionDuration === undefined ? {} : { maxSessionDuration }),
  };
}

function makeUser(join: Join, draft: Draft): IamUser {
  return { kind: 'user', ...principal(join, draft), groups: detailsOf(draft).groups.map((group) => group.name) };
}

/** The trust policy of a role; a role without one in the file has a gap there. */
export function trustOf(account: string, draft: Draft, report: Report): PolicyDocument {
  const policy = { name: 'trust policy', side: account, id: `trust:${draft.arn}` };
  if (draft.conflict !== undefined) return unjudgedPolicy(draft.trust ?? draft.place, policy, OTHERWISE);
  if (draft.trust !== undefined) return readPolicy(draft.trust, policy, report);
  return missingPolicy(draft.place, policy, {
    state: 'notCollected',
    what: `the trust policy of ${draft.arn}`,
    command: `aws iam get-role --role-name ${draft.name}`,
  });
}

function principal(join: Join, draft: Draft): IamPrincipal {
  const { arn, name, uniqueId } = draft;
  const { createDate, tags, groups } = detailsOf(draft);
  const boundary = boundaryOf(join, draft);
  return {
    arn,
    name,
    uniqueId,
    ...(createDate === undefined ? {} : { createDate }),
    tags: tags === undefined ? {} : asTags(tags.value),
    policies: [...ownPolicies(join, draft), ...groups.flatMap(({ name, place }) => groupPolicies(join, draft, name, place))],
    ...(boundary === undefined ? {} : { boundary }),
    origin: originOf(draft.place),
  };
}

function ownPolicies(join: Join, draft: Draft): readonly PolicyDocument[] {
  const of = draft.kind === 'group' ? ` of group ${draft.name}` : '';
  const { inline, inlineNames, inlineComplete, attached, attachedComplete, groupsComplete } = detailsOf(draft);
  const found: PolicyDocument[] = [];
  for (const [name, place] of inline) {
    const policy = { name: `inline policy ${name}${of}`, side: join.account, id: `policy:${draft.arn}/${name}` };
    found.push({ ...readPolicy(place, policy, join.report), ...inlineName(draft, name) });
  }
  for (const [name, place] of inlineNames) {
    if (!inline.has(name)) found.push({ ...missingInline(join, draft, name, place), ...inlineName(draft, name) });
  }
  for (const [arn, place] of attached) found.push(managedPolicy(join, arn, place));
  const conflict = draft.conflict === 'whole' ? draft.place : conflictOf(detailsOf(draft));
  if (conflict !== undefined) {
    const policy = { name: `policies of ${draft.kind} ${draft.name}`, side: join.account, id: `conflict:${draft.arn}` };
    found.push(unjudgedPolicy(conflict, policy, OTHERWISE));
    const message = `${draft.arn} has other policies in another file: the files are not of one moment`;
    join.report.add({ code: 'conflict', message, file: conflict.document.file });
  }
  if (!inlineComplete || !attachedComplete || (draft.kind === 'user' && !groupsComplete)) {
    found.push(missingList(join, draft));
  }
  return found;
}

/** A group's policies are shared by its members: they are no member's own. */
function inlineName(draft: Draft, name: string): Pick<PolicyDocument, 'inline'> {
  return draft.kind === 'group' ? {} : { inline: name };
}

function missingInline(join: Join, draft: Draft, name: string, place: Place): PolicyDocument {
  const policy = { name: `inline policy ${name}`, side: join.account, id: `policy:${draft.arn}/${name}` };
  return missingPolicy(place, policy, {
    state: 'notCollected',
    what: `the inline policy ${name} of ${draft.arn}`,
    command: `aws iam get-${draft.kind}-policy --${draft.kind}-name ${draft.name} --policy-name ${name}`,
  });
}

/** Some command listed the principal and none listed all of its policies. */
function missingList(join: Join, draft: Draft): PolicyDocument {
  const policy = { name: `policies of ${draft.kind} ${draft.name}`, side: join.account, id: `policies:${draft.arn}` };
  const what = `the identity policies of ${draft.arn || `${draft.kind} ${draft.name} of account ${join.account}`}`;
  return missingPolicy(draft.place, policy, { state: 'notCollected', what, command: detailsCommand(draft.kind) });
}

function detailsCommand(kind: Draft['kind']): string {
  const filter = { user: 'User Group LocalManagedPolicy AWSManagedPolicy', group: 'Group LocalManagedPolicy AWSManagedPolicy' };
  return `aws iam get-account-authorization-details --filter ${kind === 'role' ? 'Role LocalManagedPolicy AWSManagedPolicy' : filter[kind]}`;
}

function groupPolicies(join: Join, user: Draft, name: string, place: Place): readonly PolicyDocument[] {
  const group = join.draft.groups.get(name.toLowerCase());
  if (group !== undefined && isKnown(detailsOf(group))) {
    const known = join.groups.get(group) ?? ownPolicies(join, group);
    join.groups.set(group, known);
    return known;
  }
  const policy = { name: `policies of group ${name}`, side: join.account, id: `policies:${join.account}:group/${name}` };
  const what = `the policies of group ${name}, of which ${user.arn} is a member`;
  return [missingPolicy(place, policy, { state: 'notCollected', what, command: detailsCommand('group') })];
}

/** Some list of the group's policies was seen; what else is missing is a gap of its own. */
function isKnown({ inlineComplete, attachedComplete }: Details): boolean {
  return inlineComplete || attachedComplete;
}

function boundaryOf(join: Join, draft: Draft): PolicyDocument | undefined {
  const { boundary } = detailsOf(draft);
  if (boundary === null || draft.kind === 'group') return undefined;
  if (boundary !== undefined) return managedPolicy(join, boundary.arn, boundary.place);
  const policy = { name: 'permissions boundary', side: join.account, id: `boundary:${draft.arn}` };
  const what = `whether ${draft.arn} has a permissions boundary`;
  const command = `aws iam get-${draft.kind} --${draft.kind}-name ${draft.name}`;
  return missingPolicy(draft.place, policy, { state: 'notCollected', what, command });
}

/** One document for each managed policy, however many principals it is attached to. */
function managedPolicy(join: Join, arn: string, place: Place): PolicyDocument {
  const known = join.shared.get(arn);
  if (known !== undefined) return known;
  const policy = { name: `managed policy ${arn}`, arn, side: join.account, id: `policy:${arn}` };
  const managed = join.draft.managed.get(arn);
  if (managed?.conflict) {
    const differs = unjudgedPolicy(managed.document ?? place, policy, OTHERWISE);
    join.shared.set(arn, differs);
    return differs;
  }
  const document = managed?.document;
  const read =
    document === undefined ? missingPolicy(place, policy, missingManaged(arn)) : readPolicy(document, policy, join.report);
  join.shared.set(arn, read);
  return read;
}

function missingManaged(arn: string): Pick<Gap, 'state' | 'what' | 'command'> {
  const version = `"$(aws iam get-policy --policy-arn ${arn} --query Policy.DefaultVersionId --output text)"`;
  return {
    state: 'notCollected',
    what: `the document of the managed policy ${arn}`,
    command: `aws iam get-policy-version --policy-arn ${arn} --version-id ${version}`,
  };
}
