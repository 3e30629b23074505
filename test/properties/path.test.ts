import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, canI, type GivenKey } from '../../src/access/index.ts';
import { makeInventory } from '../../src/inventory/index.ts';
import { type PathCase, pathAnswers } from '../oracle/path.ts';
import { FILES, type File, givenOf, pathWorld, sourcesOf } from './path-worlds.ts';
import { holds } from './runs.ts';

function ask(world: PathCase, hidden: ReadonlySet<File>, given: readonly GivenKey[]): Answer | undefined {
  const inventory = makeInventory(sourcesOf(world, hidden));
  const cluster = inventory.clusters[0];
  if (cluster === undefined) return undefined;
  const answer = canI(
    inventory,
    {
      cluster,
      caller: { kind: 'aws', arn: world.assume.principal },
      path: { kind: 'via', roles: [world.assume.resource] },
      request: world.request,
      given,
      assume: [],
      now: new Date('2020-01-01T00:00:00Z'),
    },
    { remedy: false },
  );
  if ('code' in answer) throw new Error(JSON.stringify(answer));
  return answer;
}

/** `allow` and `deny` are said only where nothing is left open. */
function firmly({ decision, firm }: Answer): string {
  return firm && decision !== 'unknown' ? decision : 'open';
}

const ALL = new Set<File>();

describe('the whole path', () => {
  it('answers as a plain reading of every hop does', () => {
    holds(
      500,
      fc.property(pathWorld, (world) => {
        const answers = pathAnswers(world);
        fc.pre(answers !== undefined);
        const answer = ask(world, ALL, givenOf(world));
        if (answer === undefined) throw new Error('the inventory has no cluster');
        const said = {
          said: firmly(answer),
          because: answer.headline,
          gaps: answer.gaps,
          conditions: answer.conditions.map(({ text }) => text),
        };
        if (answers?.size === 1) expect(said).toMatchObject({ said: [...answers][0] });
        else expect(said.said).not.toBe('allow');
      }),
    );
  });

  it('never says firmly, with files or stated keys hidden, what the whole evidence contradicts', () => {
    holds(
      700,
      fc.property(pathWorld, fc.subarray([...FILES]), fc.nat({ max: 1023 }), (world, files, keys) => {
        const answers = pathAnswers(world);
        fc.pre(answers?.size === 1);
        // aws:SourceArn is stated against what the engine derives (a user's call has none): hiding it asks something else.
        const given = givenOf(world).filter(({ key }, i) => (keys >> i) % 2 === 0 || key === 'aws:SourceArn');
        const answer = ask(world, new Set(files), given);
        if (answer === undefined) return;
        const said = firmly(answer);
        if (said !== 'open') expect({ said, because: answer.headline }).toMatchObject({ said: [...(answers ?? [])][0] });
      }),
    );
  });
});
