import { isSamePolicy } from '../policy.ts';
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
    lists: [],
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
  const description = asText(value.Description);
  if (description !== undefined) details.description = description;
  const list = item.at?.above?.key;
  readBoundary(details, item, value.PermissionsBoundary, list === 'Roles' || list === 'Users');
  if (list === `${NAMES[kind]}DetailList`) readPolicies(details, kind, item);
}

/** GetAccountAuthorizationDetails and GetRole/GetUser leave the key out when there is no boundary; the lists never have it (botocore). */
function readBoundary(details: Details, item: Place, boundary: unknown, fromList: boolean): void {
  const arn = isFields(boundary) ? asText(boundary.PermissionsBoundaryArn) : undefined;
  if (arn === undefined && fromList) return;
  if (details.boundary !== undefined && details.boundary?.arn !== arn) details.conflict = item;
  if (arn !== undefined) details.boundary = { arn, place: under(item, 'PermissionsBoundary') };
  else if (details.boundary === undefined) details.boundary = null;
}

function readPolicies(details: Details, kind: Draft['kind'], item: Place): void {
  const list = under(item, `${NAMES[kind]}PolicyList`);
  const names = new Set<string>();
  for (const policy of each(list)) {
    const name = isFields(policy.value) ? asText(policy.value.PolicyName) : undefined;
    if (name === undefined) continue;
    names.add(name);
    readInline(details, name, under(policy, 'PolicyDocument'));
  }
  details.inlineComplete = true;
  details.lists.push({ of: 'inline', names, place: list });
  readAttached(details, under(item, 'AttachedManagedPolicies'), true);
  if (kind !== 'user') return;
  const groups = each(under(item, 'GroupList'));
  readGroups(
    details,
    item,
    groups.flatMap((place) => (typeof place.value === 'string' ? [{ name: place.value, place }] : [])),
    true,
  );
}

/** One inline policy with its document. */
export function readInline(details: Details, name: string, document: Place): void {
  const known = details.inline.get(name);
  if (known !== undefined && !isSamePolicy(known.value, document.value)) details.conflict = document;
  details.inline.set(name, document);
}

/** A list of attached managed policies; of one in pages, nobody can tell whether it is whole. */
export function readAttached(details: Details, attached: Place, whole: boolean): void {
  const names = new Set<string>();
  for (const place of each(attached)) {
    const arn = isFields(place.value) ? asText(place.value.PolicyArn) : undefined;
    if (arn === undefined) continue;
    names.add(arn);
    details.attached.set(arn, place);
  }
  if (!whole) return;
  details.attachedComplete = true;
  details.lists.push({ of: 'attached', names, place: attached });
}

/** The groups of a user; of a list in pages, nobody can tell whether it is whole. */
export function readGroups(details: Details, place: Place, groups: Details['groups'], whole: boolean): void {
  if (!whole) {
    details.groups = [...details.groups, ...groups];
    return;
  }
  details.groups = details.groupsComplete ? groups : [...details.groups, ...groups];
  details.groupsComplete = true;
  details.lists.push({ of: 'groups', names: new Set(groups.map(({ name }) => name)), place });
}

/**
 * Where an answer contradicts another: a document that stands twice and differs, two whole lists that are not the same,
 * an inline policy that the list of them does not name. Such answers are not of one moment.
 */
export function conflictOf(details: Details): Place | undefined {
  if (details.conflict !== undefined) return details.conflict;
  for (const [i, { of, names, place }] of details.lists.entries()) {
    const first = details.lists.find((list) => list.of === of);
    if (first !== details.lists[i] && !isSameSet(names, first?.names)) return place;
    const stray = of === 'inline' ? [...details.inline.keys()].find((name) => !names.has(name)) : undefined;
    if (stray !== undefined) return details.inline.get(stray);
  }
  return undefined;
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string> | undefined): boolean {
  return a.size === b?.size && [...a].every((name) => b.has(name));
}
