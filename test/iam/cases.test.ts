import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulateIam } from '../../src/rules/iam/index.ts';

interface Case {
  readonly id: string;
  readonly name: string;
  readonly expected: string;
  readonly layer: string | null;
  readonly why: string;
  readonly source: string;
}

const text = readFileSync(new URL('../cases/iam.jsonl', import.meta.url), 'utf8');
const cases = text
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

describe('decision cases', () => {
  it('are many, each with its own id, a reason and a source', () => {
    expect(cases.length).toBeGreaterThan(200);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    for (const one of cases) expect(one.why && one.source, one.id).toBeTruthy();
  });

  it.each(cases.map((one) => [one.id, one.name, one] as const))('%s %s', (_id, _name, one) => {
    const { decision, layer, reason } = simulateIam(one);
    expect({ decision, layer }, reason).toEqual({ decision: one.expected, layer: one.layer });
  });
});
