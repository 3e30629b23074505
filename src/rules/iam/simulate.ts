import { parseArn, readIdentity } from '../arn/index.ts';
import { derivedContext, type Given } from './context.ts';
import { decide } from './decide.ts';
import { type CompiledPolicy, compilePolicy } from './policy.ts';
import { type PrincipalFacts, principalFromArn } from './principal-from.ts';
import type { IamDecision, Layer, PolicyKind, PolicySet, Principal } from './types.ts';

/** The answer to one line. */
export interface SimulatedIam {
  readonly decision: IamDecision['decision'];
  readonly layer: Layer | null;
  readonly reason: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Decides one line of a simulation: a principal, an action, a resource, a complete context and the policies that bear on it.
 * `resourceAccountScps` is read and does not count. Throws an Error that names the field for a line of another form.
 */
export function simulateIam(line: unknown): SimulatedIam {
  if (!isObject(line)) throw new Error('a line is a JSON object');
  const principal = principalOf(line);
  const action = text(line, 'action');
  if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action)) throw new Error(`action: "${action}" is not SERVICE:NAME`);
  const resource = text(line, 'resource');
  if (resource !== '*' && parseArn(resource) === undefined) throw new Error(`resource: "${resource}" is neither an ARN nor *`);
  const resourceAccount = text(line, 'resourceAccount');
  if (!/^\d{12}$/.test(resourceAccount))
    throw new Error(`resourceAccount: "${resourceAccount}" is not an account id of 12 digits`);
  const named = parseArn(resource)?.account ?? '';
  if (/^\d{12}$/.test(named) && named !== resourceAccount)
    throw new Error(`resourceAccount: "${resourceAccount}", but the resource stands in ${named}`);
  levels(line, 'resourceAccountScps', 'scp');
  const service = action.slice(0, action.indexOf(':')).toLowerCase();
  const own = service === 'sts' ? 'trust' : 'resource';
  const ownDocument = line['resourcePolicy'] ?? null;
  const found = decide({
    principal,
    action,
    resource,
    resourceAccount,
    context: derivedContext(principal, given(line)),
    identity: policies(line['identityPolicies'] ?? [], 'identityPolicies', 'identity'),
    boundary: optional(line, 'boundary', 'boundary'),
    session: optional(line, 'sessionPolicy', 'session'),
    scps: levels(line, 'scps', 'scp'),
    rcps: levels(line, 'rcps', 'rcp'),
    resourcePolicy:
      ownDocument === null
        ? null
        : {
            policies: [
              compilePolicy(ownDocument, { kind: own, name: own === 'trust' ? 'the trust policy' : 'the resource policy' }),
            ],
            gaps: [],
          },
    resourceInManagementAccount: flag(line, 'resourceFacts', 'managementAccount') ?? false,
  });
  return { decision: found.decision, layer: found.layer, reason: found.reason() };
}

function principalOf(line: Json): Principal {
  const facts = object(line, 'principalFacts');
  const fact = (name: 'roleArn' | 'principalId') => {
    const value = facts[name] ?? undefined;
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw new Error(`principalFacts.${name}: a text is expected`);
    return value;
  };
  const roleArn = fact('roleArn');
  const principalId = fact('principalId');
  const managementAccount = flag(line, 'principalFacts', 'managementAccount');
  const serviceLinkedRole = flag(line, 'principalFacts', 'serviceLinkedRole');
  const known: PrincipalFacts = {
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(principalId === undefined ? {} : { principalId }),
    ...(managementAccount === undefined ? {} : { managementAccount }),
    ...(serviceLinkedRole === undefined ? {} : { serviceLinkedRole }),
  };
  const named = text(line, 'principal');
  if (roleArn !== undefined) checkRole(roleArn, named);
  try {
    return principalFromArn(named, known);
  } catch (error) {
    throw new Error(`principal: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A role that the session cannot be one of would make a firm answer about nobody. */
function checkRole(roleArn: string, session: string): void {
  const role = readIdentity(roleArn);
  if ('error' in role || role.kind !== 'role') throw new Error(`principalFacts.roleArn: "${roleArn}" is not the ARN of a role`);
  const of = readIdentity(session);
  if ('error' in of || (of.kind !== 'assumed-role' && of.kind !== 'role')) return;
  if (of.name !== role.name || of.account !== role.account || of.partition !== role.partition)
    throw new Error(`principalFacts.roleArn: ${session} is no session of ${roleArn}`);
}

function given(line: Json): Given {
  const out: Record<string, string | readonly string[] | number | boolean> = {};
  const seen = new Map<string, string>();
  for (const [key, value] of Object.entries(object(line, 'context'))) {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!list.every((one) => ['string', 'number', 'boolean'].includes(typeof one))) {
      throw new Error(`context.${key}: a text, a number, a boolean or a list of them is expected`);
    }
    const before = seen.get(key.toLowerCase());
    if (before !== undefined)
      throw new Error(`context: ${before} and ${key} are one key, because names of keys ignore letter case`);
    seen.set(key.toLowerCase(), key);
    out[key] = Array.isArray(value) ? list.map(String) : String(value);
  }
  return out;
}

function policies(value: unknown, field: string, kind: PolicyKind): PolicySet<CompiledPolicy> {
  if (!Array.isArray(value)) throw new Error(`${field}: a list of policies is expected`);
  const label: Readonly<Record<string, string>> = { scp: 'service control policy', rcp: 'resource control policy' };
  const named = (i: number) => `${label[kind] ?? `${kind} policy`} ${i + 1}`;
  return { policies: value.map((document: unknown, i) => compilePolicy(document, { kind, name: named(i) })), gaps: [] };
}

/** One policy, a list of policies (any of them allows), or none. */
function optional(line: Json, field: string, kind: PolicyKind): PolicySet<CompiledPolicy> | null {
  const value = line[field] ?? [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.length === 0 ? null : policies(list, field, kind);
}

function levels(line: Json, field: string, kind: PolicyKind): readonly PolicySet<CompiledPolicy>[] {
  const value = line[field] ?? [];
  if (!Array.isArray(value)) throw new Error(`${field}: a list of levels, root first, is expected`);
  return value.map((level: unknown, i) => policies(level, `${field}[${i}]`, kind));
}

function text(line: Json, field: string): string {
  const value = line[field];
  if (typeof value !== 'string' || value === '') throw new Error(`${field}: a text is expected`);
  return value;
}

function object(line: Json, field: string): Json {
  const value = line[field] ?? {};
  if (!isObject(value)) throw new Error(`${field}: an object is expected`);
  return value;
}

function flag(line: Json, field: string, name: string): boolean | undefined {
  const value = object(line, field)[name] ?? undefined;
  if (value !== undefined && typeof value !== 'boolean') throw new Error(`${field}.${name}: true or false is expected`);
  return value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
