import { ACCESS_POLICIES } from '../../rules/eks/index.ts';
import { compactAtoms, DEFAULT_BINDINGS, defaultRoles, type PolicyRule, type RuleAtom } from '../../rules/rbac/index.ts';
import { type AtomSet, atomsOf, leftOf, setOf } from './atom-set.ts';

/** Atoms told shortly: what people know by a name, and the rest as rules. */
export interface AtomSummary {
  /** Kubernetes' own roles and EKS's access policies of which everything is held, the widest alone: `edit`. */
  readonly roles: readonly string[];
  /** Whether all that every authenticated user may do is held. */
  readonly basics: boolean;
  readonly rest: readonly PolicyRule[];
}

/** From the widest on; the two edits and admins differ in a few resources (facts/eks.md §3.7). */
const KNOWN = ['cluster-admin', 'admin', 'AmazonEKSAdminPolicy', 'edit', 'AmazonEKSEditPolicy', 'view'];

/**
 * Tells atoms as a person knows them: the default ClusterRoles that they hold whole (of one Kubernetes version), what everybody
 * may who is authenticated (discovery, reviews of oneself), and the others put together into rules.
 */
export function summarise(atoms: readonly RuleAtom[]): AtomSummary {
  const set = setOf(atoms);
  const roles: string[] = [];
  let rest = set.atoms;
  for (const { name, set: known } of named()) {
    const whole = [known, known.inNamespace].find((each) => each.atoms.length > 0 && leftOf(each, [set]).length === 0);
    if (whole === undefined || leftOf(setOf(rest), [whole]).length === rest.length) continue;
    roles.push(name);
    rest = leftOf(setOf(rest), [whole]);
  }
  const everybody = basicSet();
  const basics = leftOf(everybody, [set]).length === 0 && leftOf(setOf(rest), [everybody]).length < rest.length;
  if (basics) rest = leftOf(setOf(rest), [everybody]);
  return { roles, basics, rest: compactAtoms(rest) };
}

let namedSets: readonly { readonly name: string; readonly set: AtomSet }[] | undefined;

function named(): NonNullable<typeof namedSets> {
  namedSets ??= KNOWN.flatMap((name) => {
    const rules = defaultRoles().find((each) => each.name === name)?.rules ?? ACCESS_POLICIES.get(name);
    return rules === undefined ? [] : [{ name, set: atomsOf(rules) }];
  });
  return namedSets;
}

let basic: AtomSet | undefined;

function basicSet(): AtomSet {
  basic ??= atomsOf(basicRules());
  return basic;
}

function basicRules(): readonly PolicyRule[] {
  const everybodys = DEFAULT_BINDINGS.filter(({ subjects }) => subjects.some(({ name }) => name === 'system:authenticated'));
  const roles = new Set(everybodys.map(({ roleRef }) => roleRef.name));
  return defaultRoles().flatMap(({ name, rules }) => (roles.has(name) ? rules : []));
}
