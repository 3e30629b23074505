import type { InlinePolicyResource, Inventory, Json, Resource } from '../inventory/index.ts';
import { canonicalResource, isMap, type Rename, sortedJson } from './canonical.ts';
import { documentOf, principalOf, type There } from './present-parts.ts';

/** Whether two states of one resource mean the same; marks and descriptions aside. */
export function isSame(a: Resource, b: Resource, rename?: Rename): boolean {
  return sortedJson(canonicalResource(a, rename)) === sortedJson(canonicalResource(b, rename));
}

/**
 * Whether something of somebody else does already what is wished: the same, or an access entry that gives at least the groups.
 * What somebody else's entry gives beside them is its owner's business.
 */
export function isEnough(wanted: Resource, present: Resource, rename?: Rename): boolean {
  if (wanted.kind === 'access-entry' && present.kind === 'access-entry') {
    return wanted.groups.every((group) => present.groups.includes(group));
  }
  return isSame(wanted, present, rename);
}

/** What differs, in words, for a step's note; empty where only marks do. */
export function differences(wanted: Resource, present: Resource, rename?: Rename): readonly string[] {
  const [a, b] = [canonicalResource(wanted, rename), canonicalResource(present, rename)];
  if (!isMap(a) || !isMap(b)) return [];
  return Object.keys(a).filter((key) => sortedJson(a[key]) !== sortedJson(b[key]));
}

/** A binding keeps its roleRef for life (facts eks.md §5.7), and an entry its principal's unique id. */
export function mustReplace(wanted: Resource, present: There): boolean {
  if (present.dead !== undefined) return true;
  if (wanted.kind !== 'rbac-object' || present.resource.kind !== 'rbac-object') return false;
  return wanted.manifest.roleRef !== undefined && differences(wanted, present.resource).includes('roleRef');
}

/** The policy of a principal, by another name or with more in it, that has a statement for just what is wished; undefined for none. */
export function policyThatAllows(wanted: InlinePolicyResource, inventory: Inventory): string | undefined {
  const { known } = principalOf(wanted.principalArn, inventory);
  if (known === undefined || known.arn !== wanted.principalArn) return undefined;
  const needed = statementsOf(wanted.document).map(canonicalStatement);
  return known.policies.find((policy) => {
    if (policy.inline === wanted.name) return false;
    const held = statementsOf(documentOf(policy)).map(canonicalStatement);
    return needed.length > 0 && needed.every((statement) => held.includes(statement));
  })?.name;
}

function statementsOf(document: Json | undefined): readonly Json[] {
  const statements = isMap(document) ? document.Statement : undefined;
  if (statements === undefined) return [];
  return Array.isArray(statements) ? statements : [statements];
}

function canonicalStatement(statement: Json): string {
  const document = { Version: '2012-10-17', Statement: [statement] };
  return sortedJson(canonicalResource({ kind: 'inline-policy', principalArn: '', name: '', document }));
}
