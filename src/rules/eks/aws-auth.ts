import type { Origin } from '../../base/index.ts';
import type { YamlValue } from './decode.ts';
import { sameText } from './fold.ts';
import { readYaml } from './yaml.ts';

/** The keys of the ConfigMap's `data` that are read; they are compared exactly (facts §2.1). */
export type AwsAuthSection = 'mapRoles' | 'mapUsers' | 'mapAccounts';

/** One row of mapRoles or mapUsers that counts. */
export interface AwsAuthRow {
  readonly section: 'mapRoles' | 'mapUsers';
  /** Index in the list as written, dropped rows counted. */
  readonly index: number;
  /** `rolearn` or `userarn` as written; empty for an `sso` row. */
  readonly arn: string;
  /** Empty when there is none: aws-auth has no default name (facts §1.7). */
  readonly username: string;
  readonly groups: readonly string[];
  /** An `sso` row: it needs the feature gate SSORoleMatch, which EKS does not set (facts §2.3). */
  readonly sso?: { readonly accountId: string; readonly permissionSetName: string; readonly partition?: string };
  readonly origin?: Origin;
}

/** Something in the ConfigMap that does not do what it looks like. */
export interface AwsAuthProblem {
  readonly section: string;
  readonly index?: number;
  readonly code: 'data-key' | 'not-text' | 'yaml' | 'type' | 'row' | 'duplicate-key' | 'unjudged';
  readonly text: string;
  readonly origin?: Origin;
  /** The row as far as it was read, when it was dropped. */
  readonly dropped?: { readonly arn: string };
}

/** aws-auth as the authenticator holds it. */
export interface AwsAuth {
  readonly roles: readonly AwsAuthRow[];
  readonly users: readonly AwsAuthRow[];
  readonly accounts: readonly string[];
  readonly problems: readonly AwsAuthProblem[];
  /** Sections of which nobody can say what the cluster makes of them; the reasons stand in `problems`. */
  readonly unjudged: readonly AwsAuthSection[];
}

const SECTIONS: readonly AwsAuthSection[] = ['mapRoles', 'mapUsers', 'mapAccounts'];

/**
 * Reads `data` of kube-system/aws-auth exactly as aws-iam-authenticator does (pkg/mapper/configmap ParseMap; facts §2.2):
 * sections apart, a YAML error empties its section, a field of a wrong type is left empty and its row stays, a row that
 * names nobody is dropped. Nothing is thrown: what is wrong stands in `problems`.
 *
 * @example readAwsAuth({ mapRoles: '- rolearn: arn:aws:iam::111111111111:role/ci\n  username: ci\n' }).roles[0]?.username // 'ci'
 */
export function readAwsAuth(data: Readonly<Record<string, unknown>>, origin?: Origin): AwsAuth {
  const problems: AwsAuthProblem[] = [];
  const unjudged: AwsAuthSection[] = [];
  for (const key of Object.keys(data)) {
    const meant = SECTIONS.find((section) => section !== key && sameText(section, key));
    if (meant !== undefined) {
      const text = `the key "${key}" is not read: data keys are case-sensitive, "${meant}" is meant`;
      problems.push(problem({ section: key, code: 'data-key', text }, at(origin, key)));
    }
  }
  const read = (section: AwsAuthSection): Section | undefined => {
    const from = at(origin, section);
    const found = openSection(data, section);
    if (found === undefined || found.state === 'list') return found;
    problems.push(problem({ section, code: found.state, text: found.text }, from));
    if (found.state === 'unjudged' || found.state === 'not-text') unjudged.push(section);
    return found;
  };
  const rowsOf = (section: 'mapRoles' | 'mapUsers'): readonly AwsAuthRow[] => {
    const found = read(section);
    return found?.state === 'list' ? readRows(section, found.items, problems, at(origin, section)) : [];
  };
  const users = rowsOf('mapUsers');
  const roles = rowsOf('mapRoles');
  const accounts = accountTexts(read('mapAccounts'), problems, at(origin, 'mapAccounts'));
  return { roles, users, accounts, problems, unjudged };
}

type Section =
  | { readonly state: 'list'; readonly items: readonly YamlValue[] }
  | { readonly state: 'yaml' | 'type' | 'not-text' | 'unjudged'; readonly text: string; readonly partial?: readonly YamlValue[] };

function openSection(data: Readonly<Record<string, unknown>>, section: AwsAuthSection): Section | undefined {
  const value = Object.hasOwn(data, section) ? data[section] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') {
    // The API server takes only text (facts §2.2), so this cannot be what the cluster holds.
    return { state: 'not-text', text: `${section} is not a text: the API server refuses such a ConfigMap (a "|" is missing)` };
  }
  if (['', '``', '""', "''"].includes(value.trim())) return undefined;
  // A map, or no YAML at all; a text that begins so goes to encoding/json as it is (apimachinery util/yaml ToJSON), and only a list is taken.
  if (/^\s*\{/.test(value)) return { state: 'type', text: `${section} is a map and not a list: it counts as empty` };
  const read = readYaml(value);
  if (read.state === 'unjudged') return { state: 'unjudged', text: `${section} cannot be judged: ${read.error}` };
  if (read.state === 'broken') {
    const text = `${section} is not valid YAML (${read.error}): the whole section counts as empty`;
    return { state: 'yaml', text, ...(read.partial === undefined ? {} : { partial: read.partial }) };
  }
  // Infinity and NaN have no JSON, and rows go through JSON (encoding/json UnsupportedValueError).
  if (section !== 'mapAccounts' && holdsNonFinite(read.value)) {
    return { state: 'yaml', text: `${section} holds .inf or .nan, which JSON has not: the whole section counts as empty` };
  }
  if (read.value.kind === 'list') return { state: 'list', items: read.value.items };
  if (read.value.kind === 'null') return undefined;
  return { state: 'type', text: `${section} is ${article(read.value)} and not a list: it counts as empty` };
}

function holdsNonFinite(value: YamlValue): boolean {
  if (value.kind === 'list') return value.items.some(holdsNonFinite);
  if (value.kind === 'map') return [...value.entries.values()].some(holdsNonFinite);
  return value.kind === 'nonfinite';
}

function readRows(
  section: 'mapRoles' | 'mapUsers',
  items: readonly YamlValue[],
  problems: AwsAuthProblem[],
  from: Origin | undefined,
): readonly AwsAuthRow[] {
  const rows: AwsAuthRow[] = [];
  for (const [index, item] of items.entries()) {
    const origin = inside(from, index);
    const say = (code: AwsAuthProblem['code'], text: string, dropped?: { readonly arn: string }): void => {
      problems.push(problem({ section, index, code, text, ...(dropped === undefined ? {} : { dropped }) }, origin));
    };
    const row = readRow(section, index, item, say);
    if (row !== undefined) rows.push(origin === undefined ? row : { ...row, origin });
  }
  return rows;
}

type Say = (code: AwsAuthProblem['code'], text: string, dropped?: { readonly arn: string }) => void;

/** The key under which rows of a section have their ARN. */
export function arnKeyOf(section: AwsAuthRow['section']): 'rolearn' | 'userarn' {
  return section === 'mapRoles' ? 'rolearn' : 'userarn';
}

function readRow(section: 'mapRoles' | 'mapUsers', index: number, item: YamlValue, say: Say): AwsAuthRow | undefined {
  const named = `row ${index + 1} of ${section}`;
  if (item.kind !== 'map') {
    say('row', `${named} is ${article(item)} and not a row: it is dropped`);
    return undefined;
  }
  for (const key of new Set(item.repeated))
    say('duplicate-key', `${named} has the key "${key}" more than once: the last one counts`);
  const arnKey = arnKeyOf(section);
  const arn = textField(item, arnKey, named, say);
  const username = textField(item, 'username', named, say);
  const groups = listField(item, 'groups', named, say);
  const row = { section, index, arn, username, groups } as const;
  // encoding/json makes the sso struct for any value but null, also for one of a wrong type.
  const sso = section === 'mapRoles' ? fieldValues(item, 'sso').filter((value) => value.kind !== 'null') : [];
  if (sso.length === 0) {
    if (arn !== '') return row;
    say('row', `${named} has no ${arnKey}: it is dropped`, { arn });
    return undefined;
  }
  if (arn !== '') {
    say('row', `${named} has both rolearn and sso: it is dropped`, { arn });
    return undefined;
  }
  const accountId = ssoField(sso, 'accountID', named, say);
  const permissionSetName = ssoField(sso, 'permissionSetName', named, say);
  const partition = ssoField(sso, 'partition', named, say);
  if (/^[0-9]{12}$/.test(accountId) && /^[\w+=,.@-]{1,32}$/.test(permissionSetName)) {
    return { ...row, sso: { accountId, permissionSetName, ...(partition === '' ? {} : { partition }) } };
  }
  say('row', `${named} has an sso part without a valid accountID and permissionSetName: it is dropped`, { arn });
  return undefined;
}

function ssoField(values: readonly YamlValue[], name: string, named: string, say: Say): string {
  return (
    values.map((value) => (value.kind === 'map' ? textField(value, name, named, say) : '')).findLast((text) => text !== '') ?? ''
  );
}

/**
 * The values that encoding/json would set the field `name` to, in its order: keys ignore case, and the JSON that
 * sigs.k8s.io/yaml writes has its keys sorted by bytes.
 */
function fieldValues(row: YamlValue & { readonly kind: 'map' }, name: string): readonly YamlValue[] {
  const keys = [...row.entries.keys()].filter((key) => sameText(key, name));
  if (keys.length > 1) keys.sort((a, b) => (a < b ? -1 : 1));
  return keys.map((key) => row.entries.get(key) as YamlValue);
}

function textField(row: YamlValue & { readonly kind: 'map' }, name: string, named: string, say: Say): string {
  let text = '';
  for (const value of fieldValues(row, name)) {
    if (value.kind === 'string') text = value.text;
    // null leaves a field as it is; a wrong type as well, and is logged (encoding/json UnmarshalTypeError).
    else if (value.kind !== 'null') say('type', `${name} of ${named} is ${article(value)} and not a text: it is left empty`);
  }
  return text;
}

function listField(row: YamlValue & { readonly kind: 'map' }, name: string, named: string, say: Say): readonly string[] {
  let list: readonly string[] = [];
  for (const value of fieldValues(row, name)) {
    if (value.kind === 'null') {
      list = [];
    } else if (value.kind !== 'list') {
      say('type', `${name} of ${named} is ${article(value)} and not a list: the row stays, without groups`);
    } else {
      list = value.items.map((item) => {
        if (item.kind === 'string') return item.text;
        if (item.kind !== 'null')
          say('type', `a group of ${named} is ${article(item)} and not a text: it becomes the empty name`);
        return '';
      });
    }
  }
  return list;
}

/** mapAccounts is read by yaml.v2 into []string: a scalar keeps its text, anything else is left out, and what stands before a fatal error stays. */
function accountTexts(found: Section | undefined, problems: AwsAuthProblem[], from: Origin | undefined): readonly string[] {
  const items = found?.state === 'list' ? found.items : found?.state === 'yaml' ? (found.partial ?? []) : [];
  const accounts: string[] = [];
  for (const [index, item] of items.entries()) {
    if (item.kind === 'list' || item.kind === 'map') {
      const text = `row ${index + 1} of mapAccounts is ${article(item)} and not an account id: it is dropped`;
      problems.push(problem({ section: 'mapAccounts', index, code: 'row', text }, inside(from, index)));
    } else if (item.kind !== 'null') {
      accounts.push(item.kind === 'string' ? item.text : item.source);
    }
  }
  return accounts;
}

function article(value: YamlValue): string {
  const names = {
    null: 'null',
    boolean: 'a boolean',
    number: 'a number',
    nonfinite: 'a number',
    string: 'a text',
    list: 'a list',
    map: 'a map',
  };
  return names[value.kind];
}

function problem(about: AwsAuthProblem, origin: Origin | undefined): AwsAuthProblem {
  return origin === undefined ? about : { ...about, origin };
}

function at(origin: Origin | undefined, key: string): Origin | undefined {
  return origin === undefined ? undefined : { file: origin.file, path: [...origin.path, key] };
}

function inside(origin: Origin | undefined, index: number): Origin | undefined {
  return origin === undefined ? undefined : { ...origin, nested: { syntax: 'yaml', path: [index] } };
}
