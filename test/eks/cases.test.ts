import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulateAccessPolicy, simulateMapping } from '../../src/rules/eks/index.ts';

/** One line of a case file, as far as the runner looks into it. */
interface Line {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly expected: unknown;
}

function read(file: string): readonly Line[] {
  const text = readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

interface Expected {
  readonly result: string;
  readonly username: string | null;
  readonly groups: readonly string[];
  readonly by: string | null;
}

describe('cases/mapping.jsonl', () => {
  test.for(read('mapping.jsonl'))('$id $name', (line) => {
    const expected = line.expected as Expected;
    const { decision, reason } = simulateMapping(line);
    const username = expected.result === 'mapped' && expected.username === null ? null : decision.username;
    const groups = [...decision.groups].sort();
    expect({ ...decision, username, groups }, `${line.why}; ${reason}`).toEqual({
      result: expected.result,
      username: expected.username,
      groups: [...expected.groups].sort(),
      by: expected.by,
    });
    expect(reason).not.toBe('');
  });
});

describe('cases/access-policy.jsonl', () => {
  test.for(read('access-policy.jsonl'))('$id $name', (line) => {
    const { decision, reason } = simulateAccessPolicy(line);
    expect(decision, `${line.why}; ${reason}`).toBe(line.expected);
  });
});
