import { each, type Place, under } from '../text/place.ts';
import { asText, asTime, isFields } from '../text/values.ts';
import type { Details, Draft } from './draft.ts';

/**
 * What is known of a principal. Its items are read at the first call: most of an account's principals are never asked
 * for, and 100,000 of them would be many small objects.
 */
export function detailsOf(draft: Draft): Details {
  draft.details ??= {
    inline: new Map(),
    inlineNames: new Map(),
    inlineComplete: false,
    attached: new Map(),
    attachedComplete: false,
    groups: [],
    groupsComplete: false,
  };
  for (const item of draft.items.splice(0)) readItem(draft.details, draft.kind, item);
  return draft.details;
}

const NAMES = { user: 'User', role: 'Role', group: 'Group' } as const;

function readItem(details: Details, kind: Draft['kind'], item: Place): void {
  const { value } = item;
  if (!isFields(value)) return;
  const createDate = asTime(value.CreateDate);
  if (createDate !== undefined) details.createDate = createDate;
  if (value.Tags !== undefined) details.tags = under(item, 'Tags');
  if (typeof value.MaxSessionDuration === 'number') details.maxSessionDuration = value.MaxSessionDuration;
  const list = item.path.at(-2);
  readBoundary(details, item, value.PermissionsBoundary, list === 'Roles' || list === 'Users');
  if (list === `${NAMES[kind]}DetailList`) readPolicies(details, kind, item);
}

/** GetAccountAuthorizationDetails and GetRole/GetUser leave the key out when there is no boundary; the lists never have it (botocore). */
function readBoundary(details: Details, item: Place, boundary: unknown, fromList: boolean): void {
  const arn = isFields(boundary) ? asText(boundary.PermissionsBoundaryArn) : undefined;
  if (arn !== undefined) details.boundary = { arn, place: under(item, 'PermissionsBoundary') };
  else if (!fromList && details.boundary === undefined) details.boundary = null;
}

function readPolicies(details: Details, kind: Draft['kind'], item: Place): void {
  for (const policy of each(under(item, `${NAMES[kind]}PolicyList`))) {
    const name = isFields(policy.value) ? asText(policy.value.PolicyName) : undefined;
    if (name !== undefined) details.inline.set(name, under(policy, 'PolicyDocument'));
  }
  details.inlineComplete = true;
  readAttached(details, under(item, 'AttachedManagedPolicies'));
  if (kind !== 'user') return;
  const groups = each(under(item, 'GroupList'));
  details.groups = groups.flatMap((place) => (typeof place.value === 'string' ? [{ name: place.value, place }] : []));
  details.groupsComplete = true;
}

/** A list of attached managed policies, which is always whole. */
export function readAttached(details: Details, attached: Place): void {
  for (const place of each(attached)) {
    const arn = isFields(place.value) ? asText(place.value.PolicyArn) : undefined;
    if (arn !== undefined) details.attached.set(arn, place);
  }
  details.attachedComplete = true;
}
