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

/** `edit` of 1.33 holds more than that of the versions before; the newest first. */
const VERSIONS = ['1.33', '1.32'];

/** From the widest on; the two edits and admins differ in a few resources (facts/eks.md §3.7). */
const KNOWN = ['cluster-admin', 'admin', 'AmazonEKSAdminPolicy', 'edit', 'AmazonEKSEditPolicy', 'view'];

/** Rules that people know by a name, beside Kubernetes' own and EKS's. */
export interface NamedRules {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
}

interface NamedSet {
  readonly name: string;
  readonly set: AtomSet;
}

/**
 * Tells atoms as a person knows them: the default ClusterRoles that they hold whole (of one Kubernetes version), what everybody
 * may who is authenticated (discovery, reviews of oneself), and the others put together into rules.
 *
 * @param more looked for, too, each before what it holds whole
 */
export function summarise(atoms: readonly RuleAtom[], more: readonly NamedRules[] = []): AtomSummary {
  const set = setOf(atoms);
  const roles: string[] = [];
  let rest = set.atoms;
  const others = more.map(({ name, rules }) => ({ name, set: atomsOf(rules) }));
  for (const { name, set: known } of others.reduce(withOther, named())) {
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

function withOther(sets: readonly NamedSet[], other: NamedSet): readonly NamedSet[] {
  const at = sets.findIndex(({ set }) => leftOf(set, [other.set]).length === 0);
  return at < 0 ? [...sets, other] : sets.toSpliced(at, 0, other);
}

let namedSets: readonly NamedSet[] | undefined;

function named(): readonly NamedSet[] {
  namedSets ??= KNOWN.flatMap((name) => {
    const rules = VERSIONS.flatMap((version) => {
      const found = defaultRoles(version).find((each) => each.name === name)?.rules;
      return found === undefined ? [] : [found];
    });
    const policy = ACCESS_POLICIES.get(name);
    return (rules.length > 0 ? rules : policy === undefined ? [] : [policy]).map((each) => ({ name, set: atomsOf(each) }));
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
