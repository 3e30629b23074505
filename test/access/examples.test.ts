import { describe, expect, test } from 'vitest';
import { openInventory } from '../../src/edge/files/index.ts';
import { ask, compare, type Expectation, examples, lines } from './expectation.ts';

describe('examples/organisation: questions worked out by hand', () => {
  const { inventory } = openInventory(new URL('organisation', examples).pathname);
  test.each(lines<Expectation>('organisation/expectations.jsonl'))('$name', (line) => compare(inventory, line));
});

type Wish = Omit<Expectation, 'expected' | 'hop'> & { readonly wished: boolean } & Record<
    'as-written' | 'put-right',
    Partial<Expectation>
  >;

describe.each(['as-written', 'put-right'] as const)('examples/article/%s: the wish', (folder) => {
  const { inventory } = openInventory(new URL(`article/${folder}`, examples).pathname);
  test.each(lines<Wish>('article/wish.jsonl'))('$name', (line) => {
    compare(inventory, { ...line, ...line[folder] } as Expectation);
  });
});

test('the wish, put right, is granted exactly', () => {
  const { inventory } = openInventory(new URL('article/put-right', examples).pathname);
  for (const line of lines<Wish>('article/wish.jsonl')) {
    const answer = ask(inventory, { ...line, ...line['put-right'] } as Expectation);
    expect({ name: line.name, granted: answer.decision === 'allow' }).toEqual({ name: line.name, granted: line.wished });
  }
});
