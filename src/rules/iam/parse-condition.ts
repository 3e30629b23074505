import { type Fail, isObject, type Json, type Path } from './json.ts';
import { readOperatorName } from './operators/index.ts';

/** One key under one operator. */
export interface ParsedCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * Reads a Condition block. What cannot be read is reported and left out, so that it neither meets the statement nor spares from
 * it: an empty list of values is something else than a list that holds no values (Access Analyzer policy checks).
 */
export function readConditions(block: unknown, path: Path, fail: Fail): readonly ParsedCondition[] {
  if (block === undefined) return [];
  if (!isObject(block)) {
    fail('wrong-type', 'Condition is an object of operators', path);
    return [];
  }
  const out: ParsedCondition[] = [];
  for (const [operator, keys] of Object.entries(block)) {
    const at = [...path, operator];
    if (readOperatorName(operator) === undefined) fail('unknown-operator', `"${operator}" is no condition operator`, at);
    if (isObject(keys)) out.push(...readKeys(operator, keys, at, fail));
    else fail('wrong-type', `${operator} is an object of condition keys`, at);
  }
  return out;
}

function readKeys(operator: string, keys: Json, at: Path, fail: Fail): readonly ParsedCondition[] {
  const found = new Map<string, ParsedCondition | undefined>();
  for (const [key, value] of Object.entries(keys)) {
    const lower = key.toLowerCase();
    const repeated = found.has(lower);
    if (repeated) fail('repeated-key', `the key ${key} stands twice under ${operator}`, [...at, key]);
    const named = key.includes(':');
    if (!named) fail('invalid-key', `"${key}" is no condition key (VENDOR:NAME is expected)`, [...at, key]);
    const values = conditionValues(value);
    if (values === undefined) fail('wrong-type', `values of ${key} are texts, numbers or booleans`, [...at, key]);
    // Which of two spellings counts nobody says.
    found.set(lower, repeated || !named || values === undefined ? undefined : { operator, key, values });
  }
  return [...found.values()].filter((one) => one !== undefined);
}

/** Numbers and booleans may be unquoted (IAM guide: grammar). */
function conditionValues(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const out: string[] = [];
  for (const one of list) {
    if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean') return undefined;
    out.push(String(one));
  }
  return out;
}
