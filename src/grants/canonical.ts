import type { Json, RbacManifest, Resource } from '../inventory/index.ts';
import { defaultUsername } from '../rules/eks/index.ts';
import { atomKey, type PolicyRule, ruleAtoms } from '../rules/rbac/index.ts';
import { sha256 } from '../rules/token/index.ts';

/** JSON text with sorted keys: equal for equal values. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** 32 hexadecimal digits that say what was wished: enough to tell wishes apart, short in an annotation of many. */
export function digestOf(value: unknown): string {
  return sha256(sortedJson(value)).slice(0, 32);
}

/**
 * A policy document so that two that say the same are equal: one value and a list of one, the order of lists and of statements,
 * letter case of actions and condition keys, Sids and the Version 2012-10-17 (which all of ours have) make no difference.
 * Undefined where the document is no policy that this can be said of.
 */
export function canonicalPolicy(document: Json | undefined): Json | undefined {
  if (!isMap(document)) return undefined;
  const statements = listOf(document.Statement).map(canonicalStatement);
  const sorted = statements.map(sortedJson).sort();
  return { version: document.Version ?? '2008-10-17', statements: [...new Set(sorted)] };
}

function canonicalStatement(statement: Json): Json {
  if (!isMap(statement)) return statement;
  const { Sid: _, ...rest } = statement;
  const canonical: Record<string, Json> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (key === 'Action' || key === 'NotAction')
      canonical[key] = texts(value)
        .map((text) => text.toLowerCase())
        .sort();
    else if (key === 'Resource' || key === 'NotResource') canonical[key] = [...texts(value)].sort();
    else if (key === 'Principal' && isMap(value)) {
      canonical[key] = Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, [...texts(names)].sort()]));
    } else if (key === 'Condition' && isMap(value)) {
      const operators = Object.entries(value).map(([operator, keys]): [string, Json] => [
        operator,
        isMap(keys) ? canonicalKeys(keys) : keys,
      ]);
      if (operators.length > 0) canonical[key] = Object.fromEntries(operators);
    } else canonical[key] = value;
  }
  return canonical;
}

function canonicalKeys(keys: { readonly [key: string]: Json }): Json {
  return Object.fromEntries(Object.entries(keys).map(([key, values]) => [key.toLowerCase(), listOf(values).map(String).sort()]));
}

/** One principal of a trust policy, with everything that is asked of it. */
interface TrustRow {
  readonly effect: string;
  readonly kind: string;
  /** A role or user ARN, an account's root, a provider, a pattern; `AROA…` where the principal is gone. */
  readonly who: string;
  readonly actions: readonly string[];
  readonly conditions: Json;
}

/** Gives one name to what means the same principal. */
export type Rename = (who: string) => string;

/**
 * A trust policy as its rows, one a principal: a role named by its ARN, and its account's root under the condition that
 * `aws:PrincipalArn` is that role, let in the same caller, and whoever plans sees now the one and now the other.
 */
export function canonicalTrust(document: Json | undefined, rename: Rename = (who) => who): Json | undefined {
  const policy = canonicalPolicy(document);
  if (!isMap(policy)) return undefined;
  const rows = texts(policy.statements)
    .flatMap((text) => trustRows(parsed(text), rename))
    .sort();
  return { version: policy.version ?? null, rows: [...new Set(rows)] };
}

/**
 * Whom a trust policy lets in, as texts that are equal for one principal. Of an identity provider it is the subject, and of Pod
 * Identity the tags that say the service account; what else is asked of a principal does not make it another one. A statement that
 * says its principals in another way counts as a principal of its own.
 */
export function trustedBy(document: Json | undefined, rename?: Rename): ReadonlySet<string> {
  const trust = canonicalTrust(document, rename);
  const rows = isMap(trust) ? texts(trust.rows).map(parsed) : [];
  return new Set(
    rows.flatMap((row) => {
      if (!isMap(row) || (row.effect ?? row.Effect) !== 'Allow') return [];
      if (row.who === undefined) return [sortedJson(row)];
      const keys = Object.values(isMap(row.conditions) ? row.conditions : {}).flatMap((inner) =>
        isMap(inner) ? Object.entries(inner) : [],
      );
      const named = keys.filter(([key]) => /:sub$|^aws:principaltag\//.test(key)).map(([, values]) => texts(values).join(' or '));
      return [[String(row.who), ...named.sort()].join(' ')];
    }),
  );
}

function parsed(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

function trustRows(statement: Json, rename: Rename): readonly string[] {
  if (!isMap(statement) || !isMap(statement.Principal)) return [sortedJson(statement)];
  const { Principal, Action = [], Effect = '', Condition = {}, ...rest } = statement;
  if (Object.keys(rest).length > 0) return [sortedJson(statement)];
  const conditions = isMap(Condition) ? Condition : {};
  return Object.entries(Principal).flatMap(([kind, names]) =>
    texts(names).flatMap((who) => {
      const row: TrustRow = { effect: String(Effect), kind, who, actions: texts(Action), conditions };
      return rootRows(row, conditions).map((each) => sortedJson({ ...each, who: rename(each.who) }));
    }),
  );
}

/** `arn:…:root` under `ArnEquals aws:PrincipalArn` is those principals; ArnLike is the same operator (facts iam.md §3.2). */
function rootRows(row: TrustRow, conditions: { readonly [key: string]: Json }): readonly TrustRow[] {
  if (!/^arn:[^:]+:iam::\d{12}:root$/.test(row.who)) return [row];
  for (const operator of ['ArnEquals', 'ArnLike', 'StringEquals']) {
    const { [operator]: keys, ...others } = conditions;
    if (!isMap(keys)) continue;
    const { 'aws:principalarn': arns, ...more } = keys;
    if (arns === undefined) continue;
    const account = row.who.replace(/:root$/, ':');
    if (!texts(arns).every((arn) => arn.startsWith(account))) return [row];
    const left = Object.keys(more).length === 0 ? others : { ...others, [operator]: more };
    return texts(arns).map((who) => ({ ...row, who, conditions: left }));
  }
  return [row];
}

/** A resource without its marks and without what has no meaning: two that are equal need no step. */
export function canonicalResource(resource: Resource, rename?: Rename): Json {
  switch (resource.kind) {
    case 'role':
      return { trust: canonicalTrust(resource.trust, rename) ?? null, maxSessionDuration: resource.maxSessionDuration };
    case 'inline-policy':
      return { document: canonicalPolicy(resource.document) ?? null };
    case 'access-entry': {
      const standard = { principalArn: resource.principalArn, type: 'STANDARD' };
      const username = resource.username ?? defaultUsername(standard) ?? '';
      return { username, groups: sorted(resource.groups) };
    }
    case 'access-policy':
      return { namespaces: sorted(resource.namespaces) };
    case 'aws-auth-row':
      return { username: resource.username, groups: sorted(resource.groups) };
    case 'rbac-object':
      return canonicalManifest(resource.manifest);
  }
}

function canonicalManifest({ kind, rules, roleRef, subjects }: RbacManifest): Json {
  if (kind === 'Role' || kind === 'ClusterRole') {
    const atoms = listOf(rules)
      .flatMap((rule) => ruleAtoms(ruleOf(rule)))
      .map(atomKey);
    return { atoms: sorted(atoms) };
  }
  return { roleRef: canonicalRef(roleRef), subjects: sorted(listOf(subjects).map(canonicalSubject).map(sortedJson)) };
}

function ruleOf(rule: Json): PolicyRule {
  const { apiGroups, resources, resourceNames, nonResourceURLs, verbs } = isMap(rule) ? rule : {};
  return {
    apiGroups: texts(apiGroups),
    resources: texts(resources),
    resourceNames: texts(resourceNames),
    nonResourceURLs: texts(nonResourceURLs),
    verbs: texts(verbs),
  };
}

/** The API server fills in the group of the two kinds that have one (facts eks.md §5.4). */
function canonicalSubject(subject: Json): Json {
  if (!isMap(subject)) return subject;
  const { kind = '', name = '', namespace = '' } = subject;
  return { kind, name, namespace };
}

function canonicalRef(ref: Json | undefined): Json {
  return isMap(ref) ? { kind: ref.kind ?? '', name: ref.name ?? '' } : (ref ?? null);
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

export function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function texts(value: Json | undefined): readonly string[] {
  return listOf(value).map(String);
}
