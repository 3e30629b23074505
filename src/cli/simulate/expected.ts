import { isDeepStrictEqual } from 'node:util';
import type { Kind } from './kinds.ts';
import { isObject } from './parse.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether what came out is what the line expects. `iam` compares `layer` too where the line has one; `escalation`
 * compares `missing` where the line has one; `mapping` compares result, username (unless null is expected of a mapped
 * caller), groups as sets and by.
 */
export function meets(kind: Kind, line: Fields, outcome: Fields): boolean {
  const { expected } = line;
  if (kind === 'mapping') return isObject(expected) && isObject(outcome.decision) && sameMapping(expected, outcome.decision);
  if (expected !== outcome.decision) return false;
  if (kind === 'iam' && 'layer' in line) return (line.layer ?? null) === (outcome.layer ?? null);
  if (kind === 'escalation' && Array.isArray(line.missing)) return names(line.missing, outcome.missing);
  return true;
}

function sameMapping(expected: Fields, actual: Fields): boolean {
  if (expected.result !== actual.result) return false;
  const anyName = expected.result === 'mapped' && expected.username === null;
  if (!anyName && 'username' in expected && (expected.username ?? null) !== (actual.username ?? null)) return false;
  if ('groups' in expected && !isDeepStrictEqual(asSet(expected.groups), asSet(actual.groups))) return false;
  return !('by' in expected) || (expected.by ?? null) === (actual.by ?? null);
}

function asSet(value: unknown): Set<unknown> {
  return new Set(Array.isArray(value) ? value : []);
}

/** Every rule that a refusal must name is named: the two say the same once they are cut into single atoms. */
function names(expected: readonly unknown[], actual: unknown): boolean {
  return isDeepStrictEqual(atoms(expected), atoms(Array.isArray(actual) ? actual : []));
}

/** Rules as single (verb, group, resource, name) or (verb, path) texts, so that the way they are gathered does not matter. */
function atoms(rules: readonly unknown[]): Set<string> {
  const found = new Set<string>();
  for (const rule of rules) {
    if (!isObject(rule)) continue;
    for (const verb of texts(rule.verbs)) {
      for (const path of texts(rule.nonResourceURLs)) found.add(JSON.stringify([verb, path]));
      for (const group of texts(rule.apiGroups)) {
        for (const resource of texts(rule.resources)) {
          const named = texts(rule.resourceNames);
          for (const name of named.length === 0 ? [null] : named) found.add(JSON.stringify([verb, group, resource, name]));
        }
      }
    }
  }
  return found;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
