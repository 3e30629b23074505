import { describe, expect, test } from 'vitest';
import { ask, type Expectation, lines } from '../access/expectation.ts';
import { applied, article, articleFile, planOf } from './world.ts';

type Line = Omit<Expectation, 'expected' | 'hop'> & { readonly wished: boolean; readonly 'put-right': Partial<Expectation> };

/** What the article wishes for is granted, and nothing else, on whatever there was before. */
describe.each(['as-written', 'put-right'] as const)('the plan of examples/article/causeway.yaml, made on %s', (name) => {
  const before = article(name);
  const after = applied(planOf(articleFile(), before, { adopt: true }), before);

  test.each(lines<Line>('article/wish.jsonl'))('$name', (line) => {
    const answer = ask(after, { ...line, ...line['put-right'] } as Expectation);
    expect(answer.decision === 'allow').toBe(line.wished);
  });
});
