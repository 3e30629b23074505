import { type PolicyRule, type RuleAtom, ruleAtoms, ruleCovers } from '../../rules/rbac/index.ts';

/** Atoms of which none is covered by another, ready to be asked what they cover. */
export interface AtomSet {
  readonly atoms: readonly RuleAtom[];
  readonly covers: (atom: RuleAtom) => boolean;
  /** The same without paths, which no namespace gives (facts/eks.md §5.3). */
  readonly inNamespace: AtomSet;
  /** Equal for equal sets and for no others. */
  readonly key: string;
}

const sets = new WeakMap<readonly PolicyRule[], AtomSet>();

/** The atoms of a role's rules; made once for each list. */
export function atomsOf(rules: readonly PolicyRule[]): AtomSet {
  let known = sets.get(rules);
  if (known === undefined) {
    known = makeAtomSet(rules.flatMap(ruleAtoms));
    sets.set(rules, known);
  }
  return known;
}

/**
 * Normalises atoms: each once, and none that another covers; `*`, a star before a subresource, names and URL prefixes are
 * understood as in `ruleCovers`.
 *
 * @example makeAtomSet(ruleAtoms({ apiGroups: [''], resources: ['pods'], verbs: ['*', 'get'] })).atoms.length // 1
 */
export function makeAtomSet(given: readonly RuleAtom[]): AtomSet {
  const all = new Map(given.map((atom) => [keyOf(atom), atom]));
  const urls = [...all].flatMap(([key, atom]) =>
    atom.kind === 'url' ? [{ key, rule: { nonResourceURLs: [atom.url], verbs: [atom.verb] } }] : [],
  );
  const covered = (atom: RuleAtom, own: string | undefined): boolean => {
    if (atom.kind === 'url') return urls.some(({ key, rule }) => key !== own && ruleCovers(rule, atom));
    return widerKeys(atom).some((key) => key !== own && all.has(key));
  };
  const atoms = [...all].filter(([key, atom]) => !covered(atom, key)).map(([, atom]) => atom);
  let inNamespace: AtomSet | undefined;
  let key: string | undefined;
  const set: AtomSet = {
    atoms,
    covers: (atom) => covered(atom, undefined),
    get inNamespace() {
      inNamespace ??= urls.length === 0 ? set : makeAtomSet(atoms.filter(({ kind }) => kind !== 'url'));
      return inNamespace;
    },
    get key() {
      key ??= atoms.map(keyOf).sort().join('\n');
      return key;
    },
  };
  ofAtoms.set(atoms, set);
  return set;
}

const ofAtoms = new WeakMap<readonly RuleAtom[], AtomSet>();

/** The set of these atoms, which is at hand where they are those of a set. */
export function setOf(atoms: readonly RuleAtom[]): AtomSet {
  let known = ofAtoms.get(atoms);
  if (known === undefined) {
    known = makeAtomSet(atoms);
    ofAtoms.set(atoms, known);
  }
  return known;
}

const lacking = new WeakMap<AtomSet, WeakMap<AtomSet, readonly RuleAtom[]>>();

/**
 * The atoms of a set that none of the others covers; the set's own list where that is all of them. Few sets meet each other many
 * times (a role bound in a hundred places), so each pair is compared once.
 */
export function leftOf(set: AtomSet, others: readonly AtomSet[]): readonly RuleAtom[] {
  let left = set.atoms;
  for (const other of others) {
    if (left.length === 0) return left;
    const missing = lackingIn(set, other);
    if (missing === set.atoms) continue;
    left = left === set.atoms ? missing : left.filter((atom) => missing.includes(atom));
  }
  return left;
}

function lackingIn(set: AtomSet, other: AtomSet): readonly RuleAtom[] {
  if (set === other) return [];
  let known = lacking.get(set);
  if (known === undefined) {
    known = new WeakMap();
    lacking.set(set, known);
  }
  let missing = known.get(other);
  if (missing === undefined) {
    missing = set.atoms.filter((atom) => !other.covers(atom));
    if (missing.length === set.atoms.length) missing = set.atoms;
    known.set(other, missing);
  }
  return missing;
}

/** Whether two sets hold the same. */
export function sameAtomSet(a: AtomSet, b: AtomSet): boolean {
  return a === b || (a.atoms.length === b.atoms.length && a.key === b.key);
}

function keyOf(atom: RuleAtom): string {
  if (atom.kind === 'url') return `${atom.verb}\0\0${atom.url}`;
  return resourceKey(atom.verb, atom.apiGroup, atom.resource, atom.name);
}

function resourceKey(verb: string, group: string, resource: string, name: string | undefined): string {
  return name === undefined ? `${verb}\0${group}\0${resource}\0` : `${verb}\0${group}\0${resource}\0${name}\0n`;
}

/** The keys of every atom that covers this one, its own included. */
function widerKeys({ verb, apiGroup, resource, name }: RuleAtom & { readonly kind: 'resource' }): readonly string[] {
  const slash = resource.indexOf('/');
  const resources = new Set([resource, '*', ...(slash < 0 ? [] : [`*${resource.slice(slash)}`])]);
  const keys: string[] = [];
  for (const v of verb === '*' ? ['*'] : [verb, '*']) {
    for (const g of apiGroup === '*' ? ['*'] : [apiGroup, '*']) {
      for (const r of resources) {
        keys.push(resourceKey(v, g, r, undefined));
        if (name !== undefined) keys.push(resourceKey(v, g, r, name));
      }
    }
  }
  return keys;
}
