import { type Resource, resourceId } from '../../inventory/index.ts';
import { defaultUsername } from '../../rules/eks/index.ts';

/**
 * A resource as named texts, so that two states of one thing are compared field by field. Texts that mean the same are the
 * same: the order of keys and of lists that are sets, a list of one and its one item, what the API server fills in.
 */
export type Fields = ReadonlyMap<string, string>;

/** The fields of a resource. Tags, labels and annotations are a field each. */
export function fieldsOf(resource: Resource): Fields {
  switch (resource.kind) {
    case 'role':
      return new Map([
        ['arn', resource.arn],
        ['trust', canonical(resource.trust)],
        ['description', resource.description],
        ['maxSessionDuration', String(resource.maxSessionDuration)],
        ...marked('tag', resource.tags),
      ]);
    case 'inline-policy':
      return new Map([['document', canonical(resource.document)]]);
    case 'access-entry':
      return new Map([
        ['username', resource.username ?? defaultUsername({ principalArn: resource.principalArn, type: 'STANDARD' }) ?? ''],
        ['groups', list(resource.groups)],
        ...marked('tag', resource.tags),
      ]);
    case 'access-policy':
      return new Map([['namespaces', list(resource.namespaces)]]);
    case 'aws-auth-row':
      return new Map([['username', resource.username], ['groups', list(resource.groups)], ...marked('tag', resource.tags)]);
    case 'rbac-object': {
      const { rules, roleRef, subjects, metadata } = resource.manifest;
      return new Map([
        ['rules', canonical(rules ?? [])],
        ['roleRef', canonical(roleRef ?? null)],
        ['subjects', canonical((Array.isArray(subjects) ? subjects : []).map(filledSubject))],
        ...marked('label', metadata.labels),
        ...marked('annotation', metadata.annotations),
      ]);
    }
  }
}

/** Whether what stands there is what is wanted. Tags, labels and annotations of others do not count. */
export function isAsWanted(now: Resource, wanted: Resource): boolean {
  return isBetween(now, wanted, wanted);
}

/**
 * Whether what stands there is made of nothing but parts of two states: what a plan saw, what it wants, or what was left
 * when the way from one to the other was cut off.
 */
export function isBetween(now: Resource, seen: Resource | undefined, wanted: Resource | undefined): boolean {
  if ([seen, wanted].some((other) => other !== undefined && resourceId(other) !== resourceId(now))) return false;
  const [there, from, to] = [now, seen, wanted].map((one) => (one === undefined ? new Map<string, string>() : fieldsOf(one)));
  const names = new Set([...(from?.keys() ?? []), ...(to?.keys() ?? []), ...[...(there?.keys() ?? [])].filter(isMark)]);
  return [...names].every((name) => {
    const text = there?.get(name);
    return text === from?.get(name) || text === to?.get(name);
  });
}

/** Names of the fields that differ. */
export function differences(now: Resource, wanted: Resource): readonly string[] {
  const [there, to] = [fieldsOf(now), fieldsOf(wanted)];
  const names = new Set([...to.keys(), ...[...there.keys()].filter(isMark)]);
  return [...names].filter((name) => there.get(name) !== to.get(name));
}

/** Fields that are Causeway's own marks: one too many is a difference as well. */
function isMark(name: string): boolean {
  return /^(tag|label|annotation) causeway[:/]/.test(name);
}

function marked(kind: string, marks: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(marks).map(([key, value]) => [`${kind} ${key}`, value] as const);
}

function list(items: readonly string[]): string {
  return JSON.stringify([...new Set(items)].sort());
}

/** The API server fills in the group of a subject (kubernetes pkg/apis/rbac/v1/defaults.go). */
function filledSubject(subject: unknown): unknown {
  if (typeof subject !== 'object' || subject === null) return subject;
  const { kind, apiGroup } = subject as { readonly kind?: unknown; readonly apiGroup?: unknown };
  if (kind === 'ServiceAccount') return { ...subject, apiGroup: '' };
  return { ...subject, apiGroup: typeof apiGroup === 'string' && apiGroup !== '' ? apiGroup : 'rbac.authorization.k8s.io' };
}

/**
 * A JSON value as one text: keys in order, lists as sets, a list of one as its item, nothing for an empty list. In
 * policies and in RBAC rules no list has an order that means anything.
 */
function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = [...new Set(value.map(canonical))].sort();
    return items.length === 1 ? (items[0] ?? '') : `[${items.join()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(
    ([, inner]) => inner !== undefined && !(Array.isArray(inner) && inner.length === 0),
  );
  return `{${entries
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .sort()
    .join()}}`;
}
