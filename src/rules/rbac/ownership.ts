/** Metadata that an update may change without being an escalation, and what the server itself fills in. */
const OWNERSHIP = ['ownerReferences', 'finalizers', 'selfLink', 'managedFields'];
const SERVERS_OWN = ['uid', 'resourceVersion', 'generation', 'creationTimestamp'];

/**
 * Whether two versions of an object differ in owner references and finalizers alone, which the garbage collector must
 * be able to change. Absent, null and empty are the same; what the server fills in counts only where both have it.
 * Source: facts/eks.md §5.7; kubernetes pkg/registry/rbac/helpers.go IsOnlyMutatingGCFields.
 */
export function onlyOwnershipChanges(object: unknown, existing: unknown): boolean {
  return JSON.stringify(essence(object, existing)) === JSON.stringify(essence(existing, object));
}

function essence(object: unknown, other: unknown): unknown {
  const { apiVersion: _, kind: __, metadata, ...rest } = fields(object);
  const otherMetadata = fields(fields(other).metadata);
  const kept = Object.entries(fields(metadata)).filter(
    ([key]) => !OWNERSHIP.includes(key) && !(SERVERS_OWN.includes(key) && !Object.hasOwn(otherMetadata, key)),
  );
  return canonical({ ...withDefaultGroups(rest), metadata: Object.fromEntries(kept) });
}

/** The API group that the server writes where a reference or subject has none. */
function withDefaultGroups(rest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const group = 'rbac.authorization.k8s.io';
  const roleRef =
    rest.roleRef === undefined ? {} : { roleRef: { ...fields(rest.roleRef), apiGroup: fields(rest.roleRef).apiGroup || group } };
  if (!Array.isArray(rest.subjects)) return { ...rest, ...roleRef };
  const subjects = rest.subjects.map((subject) => {
    const own = fields(subject);
    return own.kind === 'ServiceAccount' ? own : { ...own, apiGroup: own.apiGroup || group };
  });
  return { ...rest, ...roleRef, subjects };
}

/** Keys sorted, empty parts dropped. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, part]) => [key, canonical(part)] as const)
    .filter(([, part]) => !isEmpty(part))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}
