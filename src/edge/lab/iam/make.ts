import { formatArn } from '../../../rules/arn/index.ts';
import type { Attached, GroupDoc, Inline, PolicyDoc, PolicyText, RoleDoc, Tag, UserDoc } from '../state/documents.ts';
import { randomId } from '../sts/tokens.ts';

/** Where something of IAM is made, and when. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly at: Date;
}

/** An ARN of IAM: `role/team/ci` with the path `/team/`. */
export function iamArn(
  { partition, account }: Pick<Place, 'partition' | 'account'>,
  kind: string,
  path: string,
  name: string,
): string {
  return formatArn({ partition, service: 'iam', region: '', account, resource: `${kind}${path}${name}` });
}

/** A moment as IAM writes it: seconds are its smallest unit. */
export function iamTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}+00:00`;
}

interface Common {
  readonly path?: string;
  readonly name: string;
  readonly inline?: Readonly<Record<string, PolicyText>>;
  readonly attached?: readonly string[];
  readonly tags?: readonly Tag[];
}

function inlineOf({ inline = {} }: Common): readonly Inline[] {
  return Object.entries(inline).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument }));
}

function attachedOf({ attached = [] }: Common): readonly Attached[] {
  return attached.map((PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn }));
}

/** A role, new. */
export function newRole(
  place: Place,
  wanted: Common & { readonly trust: PolicyText; readonly longest?: number; readonly description?: string },
): RoleDoc {
  const { path = '/', name, trust, tags = [], longest = 3600, description } = wanted;
  return {
    Path: path,
    RoleName: name,
    RoleId: randomId('AROA', 17),
    Arn: iamArn(place, 'role', path, name),
    CreateDate: iamTime(place.at),
    AssumeRolePolicyDocument: trust,
    InstanceProfileList: [],
    RolePolicyList: inlineOf(wanted),
    AttachedManagedPolicies: attachedOf(wanted),
    Tags: tags,
    MaxSessionDuration: longest,
    ...(description === undefined ? {} : { Description: description }),
  };
}

/** A user, new. */
export function newUser(place: Place, wanted: Common): UserDoc {
  const { path = '/', name, tags = [] } = wanted;
  return {
    Path: path,
    UserName: name,
    UserId: randomId('AIDA', 17),
    Arn: iamArn(place, 'user', path, name),
    CreateDate: iamTime(place.at),
    UserPolicyList: inlineOf(wanted),
    GroupList: [],
    AttachedManagedPolicies: attachedOf(wanted),
    Tags: tags,
  };
}

/** A group, new. */
export function newGroup(place: Place, { path = '/', name }: Pick<Common, 'path' | 'name'>): GroupDoc {
  return {
    Path: path,
    GroupName: name,
    GroupId: randomId('AGPA', 17),
    Arn: iamArn(place, 'group', path, name),
    CreateDate: iamTime(place.at),
    GroupPolicyList: [],
    AttachedManagedPolicies: [],
  };
}

/** A managed policy with its first version, new. */
export function newPolicy(
  place: Place,
  {
    path = '/',
    name,
    tags = [],
    document,
    description,
  }: Common & { readonly document: PolicyText; readonly description?: string },
): PolicyDoc {
  const at = iamTime(place.at);
  return {
    PolicyName: name,
    PolicyId: randomId('ANPA', 17),
    Arn: iamArn(place, 'policy', path, name),
    Path: path,
    DefaultVersionId: 'v1',
    IsAttachable: true,
    CreateDate: at,
    UpdateDate: at,
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, CreateDate: at, Document: document }],
    Tags: tags,
    ...(description === undefined ? {} : { Description: description }),
  };
}
