import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accessPolicyAllows } from '../../src/cli/simulate/access-policies.ts';
import { type PolicyRule, sameAtoms, simulateEscalation, simulateRbac } from '../../src/rules/rbac/index.ts';

interface Case {
  readonly id: string;
  readonly area: string;
  readonly name: string;
  readonly expected: 'allow' | 'deny';
  readonly missing?: readonly PolicyRule[];
  readonly why: string;
  readonly source: string;
}

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
