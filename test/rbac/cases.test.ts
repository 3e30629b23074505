import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulateAccessPolicy } from '../../src/rules/eks/index.ts';
import {
  type AccessPolicyAllows,
  type PolicyRule,
  sameAtoms,
  simulateEscalation,
  simulateRbac,
} from '../../src/rules/rbac/index.ts';

interface Case {
  readonly id: string;
  readonly area: string;
  readonly name: string;
  readonly expected: 'allow' | 'deny';
  readonly missing?: readonly PolicyRule[];
  readonly why: string;
  readonly source: string;
}

/** As `causeway simulate` joins the two rooms. */
const accessPolicyAllows: AccessPolicyAllows = (associatedPolicies, { verb, ...request }) =>
  simulateAccessPolicy({ associatedPolicies, verb, request }).decision === 'allow';

function cases(file: string): readonly Case[] {
  const text = readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));
}

describe('rbac cases', () => {
  it.each(cases('rbac.jsonl'))('$id $area: $name', (line) => {
    expect(simulateRbac(line).decision, line.why).toBe(line.expected);
  });
});

describe('escalation cases', () => {
  it.each(cases('escalation.jsonl'))('$id $area: $name', (line) => {
    const answer = simulateEscalation(line, accessPolicyAllows);
    expect(answer.decision, line.why).toBe(line.expected);
    if (line.missing !== undefined)
      expect(sameAtoms(answer.missing ?? [], line.missing), JSON.stringify(answer.missing)).toBe(true);
  });
});
