import { type Fail, isObject, type Json, type Path, texts } from './json.ts';
import { type ParsedCondition, readConditions } from './parse-condition.ts';
import { mayHavePrincipal, type PrincipalEntry, readPrincipal } from './principal.ts';
import type { PolicyKind, PolicySource } from './types.ts';

/** Something in a policy document that AWS would refuse, or that has no effect. */
export interface PolicyProblem {
  /** Stable: `not-an-object`, `missing-element`, `unknown-element`, `forbidden-element`, `wrong-type`, … */
  readonly code: string;
  readonly message: string;
  /** Keys and indexes from the document's root. */
  readonly path: readonly (string | number)[];
}

/** `Action`, `NotAction`, `Resource` or `NotResource`. */
export interface ParsedList {
  readonly not: boolean;
  readonly values: readonly string[];
}

/** A statement as far as it can be read. */
export interface ParsedStatement {
  readonly index: number;
  readonly sid?: string;
  /** undefined: not readable, so the statement may do either. */
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly principal?: { readonly not: boolean; readonly entries: readonly PrincipalEntry[] };
  readonly action?: ParsedList;
  readonly resource?: ParsedList;
  readonly conditions: readonly ParsedCondition[];
  /** Why nothing firm may follow from the statement; undefined when it is sound. */
  readonly broken?: string;
}

/** A policy document as far as it can be read. */
export interface ParsedPolicy {
  readonly source: PolicySource;
  /** Whether `${…}` are variables: only with Version 2012-10-17. */
  readonly variables: boolean;
  readonly statements: readonly ParsedStatement[];
  /** Why nothing firm may follow from the document; undefined when it is sound. */
  readonly broken?: string;
  readonly problems: readonly PolicyProblem[];
}

type Report = (code: string, message: string, path: Path) => string;

const DOCUMENT_KEYS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_KEYS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * Reads a policy document, given as parsed JSON, tolerantly: what can be read is kept, what AWS would refuse is marked broken and
 * listed in `problems`. Never throws. Keys that a JSON text repeats are gone after `JSON.parse`; the loader looks for them.
 * (IAM guide: reference_policies_grammar; Access Analyzer policy checks.)
 */
export function parsePolicy(document: unknown, source: PolicySource): ParsedPolicy {
  const problems: PolicyProblem[] = [];
  const report: Report = (code, message, path) => {
    problems.push({ code, message, path });
    return message;
  };
  const nothing = (broken: string): ParsedPolicy => ({ source, variables: false, statements: [], broken, problems });
  if (!isObject(document)) return nothing(report('not-an-object', 'a policy is a JSON object', []));
  const unknown = Object.keys(document).find((key) => !DOCUMENT_KEYS.has(key));
  let broken: string | undefined;
  if (unknown !== undefined) broken = report('unknown-element', `"${unknown}" is no element of a policy`, [unknown]);
  const version = document['Version'];
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    broken = report('invalid-version', 'Version is "2012-10-17" or "2008-10-17"', ['Version']);
  }
  if (version !== '2012-10-17' && (source.kind === 'scp' || source.kind === 'rcp')) {
    report('invalid-version', 'Organizations policies need Version "2012-10-17"', ['Version']);
  }
  if (document['Id'] !== undefined && !['resource', 'trust'].includes(source.kind)) {
    report('forbidden-element', 'Id stands in policies of resources only', ['Id']);
  }
  const list = document['Statement'];
  if (list === undefined) return nothing(report('missing-element', 'Statement is missing', []));
  const single = !Array.isArray(list);
  const statements = (single ? [list] : (list as unknown[])).map((one, index) =>
    readStatement(one, index, single ? ['Statement'] : ['Statement', index], source.kind, report),
  );
  reportRepeatedSids(statements, report);
  return {
    source,
    variables: version === '2012-10-17',
    statements,
    ...(broken === undefined ? {} : { broken }),
    problems,
  };
}

function reportRepeatedSids(statements: readonly ParsedStatement[], report: Report): void {
  const seen = new Set<string>();
  for (const { sid, index } of statements) {
    if (sid === undefined || sid === '') continue;
    if (seen.has(sid)) report('repeated-sid', `the Sid "${sid}" stands twice`, ['Statement', index, 'Sid']);
    seen.add(sid);
  }
}

function readStatement(value: unknown, index: number, path: Path, kind: PolicyKind, report: Report): ParsedStatement {
  if (!isObject(value)) {
    const broken = report('wrong-type', 'a statement is a JSON object', path);
    return { index, effect: undefined, conditions: [], broken };
  }
  let broken: string | undefined;
  const fail = (code: string, message: string, at: Path) => {
    report(code, message, at);
    broken ??= message;
  };
  for (const key of Object.keys(value)) {
    if (!STATEMENT_KEYS.has(key)) fail('unknown-element', `"${key}" is no element of a statement`, [...path, key]);
  }
  const sid = value['Sid'];
  if (sid !== undefined && typeof sid !== 'string') fail('wrong-type', 'Sid is a text', [...path, 'Sid']);
  const effect = value['Effect'];
  const known = effect === 'Allow' || effect === 'Deny' ? effect : undefined;
  if (known === undefined) fail('invalid-effect', 'Effect is "Allow" or "Deny"', [...path, 'Effect']);
  const principal = readPrincipals(value, known, path, kind, fail);
  const action = readList(value, 'Action', path, fail);
  // "AssumeRole policy may only specify STS AssumeRole actions" (IAM, CreateRole).
  if (kind === 'trust' && action?.values.some((value) => /^(?!sts:)[^:]+:/i.test(value)) === true)
    fail('invalid-action', 'a trust policy takes actions of sts alone', path);
  // Organizations guide: RCP syntax, "Unsupported elements".
  if (action?.not === true && kind === 'rcp')
    fail('forbidden-element', 'a resource control policy has no NotAction', [...path, 'NotAction']);
  const resource = readList(value, 'Resource', path, fail);
  // A key policy statement without Action has no effect (KMS PutKeyPolicy), so it is not called broken here.
  if (action === undefined && kind !== 'resource') fail('missing-element', 'Action or NotAction is missing', path);
  if (resource !== undefined && kind === 'trust')
    fail('forbidden-element', 'a trust policy has no Resource', [...path, 'Resource']);
  if (resource === undefined && kind !== 'trust' && kind !== 'resource')
    fail('missing-element', 'Resource or NotResource is missing', path);
  const conditions = readConditions(value['Condition'], [...path, 'Condition'], fail);
  return {
    index,
    ...(typeof sid === 'string' ? { sid } : {}),
    effect: known,
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    conditions,
    ...(broken === undefined ? {} : { broken }),
  };
}

function readList(statement: Json, name: 'Action' | 'Resource', path: Path, fail: Fail): ParsedList | undefined {
  const yes = statement[name];
  const no = statement[`Not${name}`];
  if (yes !== undefined && no !== undefined) {
    fail('both-elements', `${name} and Not${name} exclude each other`, path);
    return undefined;
  }
  const not = yes === undefined;
  const value = not ? no : yes;
  if (value === undefined) return undefined;
  const element = not ? `Not${name}` : name;
  const values = texts(value);
  if (values === undefined) fail('wrong-type', `${element} is a text or a list of texts`, [...path, element]);
  return values === undefined ? undefined : { not, values };
}

function readPrincipals(
  statement: Json,
  effect: 'Allow' | 'Deny' | undefined,
  path: Path,
  kind: PolicyKind,
  fail: Fail,
): ParsedStatement['principal'] {
  const yes = statement['Principal'];
  const no = statement['NotPrincipal'];
  if (yes === undefined && no === undefined) {
    if (mayHavePrincipal(kind)) fail('missing-element', 'Principal is missing', path);
    return undefined;
  }
  const not = yes === undefined;
  const element = not ? 'NotPrincipal' : 'Principal';
  const at = [...path, element];
  if (!mayHavePrincipal(kind)) fail('forbidden-element', `${element} stands in policies of resources only`, at);
  if (yes !== undefined && no !== undefined) {
    fail('both-elements', 'Principal and NotPrincipal exclude each other', path);
    return undefined;
  }
  if (not && kind !== 'resource') fail('forbidden-element', 'NotPrincipal stands in policies of resources only', at);
  if (not && effect === 'Allow') fail('forbidden-element', 'NotPrincipal is no longer supported with Allow', at);
  const value = not ? no : yes;
  if (value === '*') {
    if (kind === 'trust') fail('invalid-principal', 'a trust policy takes {"AWS": "*"}, not "*"', at);
    return { not, entries: [{ type: 'everyone', bare: true }] };
  }
  if (kind === 'rcp') fail('invalid-principal', 'a resource control policy takes Principal "*" only', at);
  if (!isObject(value)) {
    fail('invalid-principal', `${element} is "*" or an object with AWS, Service or Federated`, at);
    return undefined;
  }
  const entries: PrincipalEntry[] = [];
  for (const [type, names] of Object.entries(value)) {
    const here = readNames(type, names, at, fail);
    // One unreadable name leaves open whom the statement names.
    if (here === undefined) return undefined;
    entries.push(...here);
  }
  return { not, entries };
}

function readNames(type: string, names: unknown, at: Path, fail: Fail): readonly PrincipalEntry[] | undefined {
  const values = texts(names);
  if (values === undefined) {
    fail('wrong-type', `${type} is a text or a list of texts`, [...at, type]);
    return undefined;
  }
  const entries = values.map((text) => readPrincipal(type, text));
  if (entries.every((entry) => entry !== undefined)) return entries;
  fail('invalid-principal', `"${type}" is no kind of principal`, [...at, type]);
  return undefined;
}
