import type { z } from 'zod';
import { type Finding, type Path, suggestion } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** What comes later, so that a reader of the design is not told that the key is a slip. */
const NOT_YET = new Set(['images', 'secrets']);

/** Keys that a grants file knows, by the last name of the way to them; for "did you mean". */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '': ['name', 'accounts', 'clusters', 'grants'],
  accounts: ['id', 'credentials'],
  clusters: ['account', 'region', 'name', 'labels'],
  grants: ['name', 'to', 'on', 'access', 'namespaces', 'via', 'require', 'session', 'expires', 'mechanism'],
  require: ['externalId', 'mfa', 'sourceIdentity', 'organization', 'sourceIp', 'vpcEndpoint', 'sessionName'],
  to: ['sso', 'github', 'irsa', 'podIdentity'],
  sso: ['permissionSet', 'account'],
  github: ['repo', 'environment', 'ref', 'ownerId', 'repoId'],
  irsa: ['cluster', 'namespace', 'serviceAccount', 'issuer'],
  podIdentity: ['cluster', 'namespace', 'serviceAccount', 'role'],
  on: ['labels'],
  access: ['clusterRole', 'policy', 'rules'],
  rules: ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs', 'verbs'],
  credentials: ['role'],
};

/** What the schema has against a file, in words. */
export function findingsOf(issues: readonly Issue[], value: unknown): readonly Finding[] {
  return issues.flatMap((issue) => findings(issue, [], value));
}

function findings(issue: Issue, base: Path, root: unknown): readonly Finding[] {
  const path = [...base, ...issue.path.filter((step) => typeof step !== 'symbol')];
  const given = valueAt(root, path);
  if (given === undefined && issue.code !== 'unrecognized_keys') return [missing(path)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key]));
    case 'invalid_union':
      return union(issue.errors, path, given, root);
    case 'invalid_key':
      return [{ path, at: 'key', message: `"${String(path.at(-1))}" is no name: a-z, 0-9 and "-" are, at most 63 of them` }];
    case 'invalid_value':
      return [
        { path, message: `${said(given)}: ${oneOf(issue.values.map(String))} is expected`, ...suggest(given, issue.values) },
      ];
    case 'invalid_type':
      return [wrongType(path, issue.expected, given)];
    case 'too_small':
      return [
        { path, message: issue.origin === 'array' ? 'an empty list: leave the key out, or name something' : emptyText(path) },
      ];
    case 'too_big':
      return [{ path, message: `${said(given)} is longer than ${String(issue.maximum)}` }];
    default:
      return [{ path, message: `${said(given)} does not fit: ${formOf(path)} is expected` }];
  }
}

/** A key whose value is a union says what all its forms are; of several forms the one is meant that has the type of what is there. */
function union(branches: readonly (readonly Issue[])[], path: Path, given: unknown, root: unknown): readonly Finding[] {
  const fitting = branches.filter((branch) => !branch.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'));
  const best = fitting.toSorted((a, b) => depth(b) - depth(a))[0];
  if (best !== undefined) return best.flatMap((issue) => findings(issue, path, root));
  return [wrongType(path, formOf(path), given)];
}

function depth(branch: readonly Issue[]): number {
  return Math.max(...branch.map(({ path }) => path.length));
}

function missing(path: Path): Finding {
  const key = String(path.at(-1));
  const where = path.length === 1 ? 'the file' : around(path);
  return { path: path.slice(0, -1), message: `${where} has no ${key}: ${formOf(path)} is expected` };
}

function around(path: Path): string {
  const list = path.findLast((step) => typeof step === 'string' && step !== path.at(-1));
  return (
    { grants: 'the grant', accounts: 'the account', clusters: 'the cluster', rules: 'the rule' }[String(list)] ??
    `${String(list)}`
  );
}

function unknownKey(path: Path): Finding {
  const key = String(path.at(-1));
  if (NOT_YET.has(key)) {
    return { path, at: 'key', message: `${key}: not yet: this version grants access to clusters alone` };
  }
  const parents = path.slice(0, -1).filter((step) => typeof step === 'string');
  const parent = [...parents].reverse().find((step) => Object.hasOwn(KNOWN, step)) ?? '';
  const keys = KNOWN[parent] ?? [];
  return { path, at: 'key', message: `unknown key "${key}"`, hint: `it may hold ${keys.join(', ')}`, ...suggestion(key, keys) };
}

function wrongType(path: Path, expected: string, given: unknown): Finding {
  if (expected === 'never' || given === undefined) return missing(path);
  const id = path.at(-1) === 'id' && typeof given === 'number';
  if (id) return { path, message: 'an account id is a text: write it in quotes, a leading 0 is lost without them' };
  return { path, message: `${said(given)}: ${formOf(path, expected)} is expected` };
}

function emptyText(path: Path): string {
  return `an empty text: ${formOf(path)} is expected`;
}

function suggest(given: unknown, values: readonly unknown[]): Pick<Finding, 'hint'> {
  return typeof given === 'string' ? suggestion(given, values.map(String)) : {};
}

/** What is expected at a key, as a noun phrase. */
const FORMS: Readonly<Record<string, string>> = {
  name: 'a name of a-z, 0-9 and "-"',
  id: 'an account id of 12 digits in quotes',
  accounts: 'a map of names to accounts',
  clusters: 'a map of names to clusters',
  grants: 'a list of grants',
  region: 'a region such as eu-west-1',
  account: 'the name of an account',
  to: 'the ARN of a role or user, one of sso, github, irsa and podIdentity, or a list of these',
  on: 'the name of a cluster, a list of names, or labels',
  access: 'view, audit, edit, admin, cluster-admin, or one of clusterRole, policy and rules',
  namespaces: 'a list of namespaces',
  session: 'a duration such as 1h or 90m',
  expires: 'a date such as 2027-03-31 or 2027-03-31T18:00:00Z',
  externalId: 'a text of 2 to 1224 characters out of A-Z, a-z, 0-9 and _+=,.@:/-',
  mfa: 'true',
  sourceIdentity: 'caller, a text or a list of texts',
  sessionName: 'caller',
  organization: 'an id such as o-a1b2c3d4e5',
  sourceIp: 'an address or range such as 198.51.100.0/24, or a list of these',
  vpcEndpoint: 'the id of a VPC endpoint, or a list of these',
  repo: 'OWNER/REPOSITORY',
  ref: 'a ref such as refs/heads/main',
  permissionSet: 'the name of a permission set',
  issuer: 'the URL of an OIDC issuer',
  policy: 'the name of an EKS access policy',
  labels: 'a map of labels',
  credentials: 'the key role',
  verbs: 'a list of verbs',
};

function formOf(path: Path, expected = 'a text'): string {
  const key = path.findLast((step) => typeof step === 'string');
  const inList = typeof path.at(-1) === 'number';
  if (key === 'grants' && inList) return 'a grant';
  if (key === 'namespaces' && inList) return 'a namespace';
  if (key === 'to' && inList) return 'a principal';
  const parent = path.at(-2);
  if (inList || key === undefined) return named(expected);
  if ((parent === 'accounts' || parent === 'clusters') && path.length === 2)
    return `the description of ${parent === 'accounts' ? 'an account' : 'a cluster'}`;
  if (key === 'name' && path[0] === 'clusters') return 'the name of an EKS cluster';
  return FORMS[key] ?? named(expected);
}

function named(expected: string): string {
  return { string: 'a text', object: 'a map of keys', array: 'a list', record: 'a map of keys' }[expected] ?? expected;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `one of ${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
}

/** What is there, short and in quotes. */
function said(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `"${value.slice(0, 57)}…"` : `"${value}"`;
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map of keys' : String(value);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
