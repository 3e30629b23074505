import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Answer, canI, type Query } from '../../src/access/index.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { type Attributes, resolveResource } from '../../src/rules/rbac/index.ts';

/** One line of an expectations file: a question worked out by hand. */
export interface Expectation {
  readonly name: string;
  readonly as: string;
  readonly cluster: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly resourceName?: string;
  readonly namespace?: string;
  readonly via?: readonly string[];
  readonly anyPath?: boolean;
  readonly given?: Readonly<Record<string, string>>;
  readonly expected: 'allow' | 'deny' | 'unknown';
  readonly hop: string;
  readonly wouldBe?: 'allow';
  /** Keys of the open conditions; not compared where it is absent. */
  readonly conditions?: readonly string[];
}

/** The folder of the examples. */
export const examples = new URL('../../examples/', import.meta.url);
const now = new Date('2026-11-23T12:00:00Z');

/** The lines of a file of the examples. */
export function lines<T>(file: string): readonly T[] {
  const text = readFileSync(new URL(file, examples), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T);
}

/** What can-i answers to a line. */
export function ask(inventory: Inventory, line: Expectation): Answer {
  const cluster = inventory.clusters.find(({ name }) => name === line.cluster);
  if (cluster === undefined) throw new Error(`no cluster ${line.cluster}`);
  const query: Query = {
    cluster,
    caller: { kind: 'aws', arn: line.as },
    path: line.anyPath ? { kind: 'any' } : line.via ? { kind: 'via', roles: line.via } : { kind: 'self' },
    request: request(line),
    given: Object.entries(line.given ?? {}).map(([key, value]) => ({ key, value })),
    assume: [],
    now,
  };
  const answer = canI(inventory, query);
  if ('code' in answer) throw new Error(answer.message);
  return answer;
}

function request(line: Expectation): Attributes {
  if (line.resource.startsWith('/')) return { verb: line.verb, path: line.resource };
  const resolved = resolveResource(line.resource);
  if ('error' in resolved) throw new Error(resolved.error);
  return {
    verb: line.verb,
    apiGroup: resolved.apiGroup,
    resource: resolved.resource,
    ...(line.subresource === undefined ? {} : { subresource: line.subresource }),
    ...(line.resourceName === undefined ? {} : { name: line.resourceName }),
    ...(line.namespace === undefined ? {} : { namespace: line.namespace }),
  };
}

/** Whether an inventory gives what a line expects. */
export function compare(inventory: Inventory, line: Expectation): void {
  const answer = ask(inventory, line);
  const deciding =
    answer.hops.find(({ verdict }) => verdict === (line.expected === 'unknown' ? 'unknown' : 'deny')) ?? answer.hops.at(-1);
  const context = JSON.stringify({ headline: answer.headline, gaps: answer.gaps, conditions: answer.conditions }, null, 1);
  expect({ decision: answer.decision, hop: deciding?.kind }, context).toEqual({ decision: line.expected, hop: line.hop });
  if (line.wouldBe !== undefined) expect(answer.wouldBe).toBe(line.wouldBe);
  if (line.conditions !== undefined) {
    expect([...new Set(answer.conditions.map(({ key }) => key))].sort(), context).toEqual([...line.conditions].sort());
    expect(answer.firm).toBe(line.conditions.length === 0);
  }
}
