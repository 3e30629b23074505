import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepResult } from '../../src/edge/apply/index.ts';
import type { Step } from '../../src/grants/index.ts';
import { AUDIT, articleSteps, CI, roleArn, undo } from './steps.ts';
import { type LabWorld, labWorld, runOn } from './world.ts';

const as = (caller: string, grant: string): readonly string[] => ['--as', caller, '--via', roleArn(grant), '--cluster', 'prod'];
const DEPLOY = ['create', 'deployments', ...as(CI, 'ci-deploys-my-app')];
const AUDITOR = as(AUDIT, 'security-audits');

describe('a plan applied to the lab', () => {
  let world: LabWorld;
  beforeAll(async () => {
    world = await labWorld();
  });
  afterAll(() => world.lab.close());

  const run = (steps: readonly Step[]): Promise<readonly StepResult[]> => runOn(world, steps);

  it('is made, is the same when it is made again, and goes', async () => {
    const before = await world.exported();
    const first = await run(articleSteps());
    expect(first.map(({ outcome, wrote, text }) => ({ outcome, wrote, text }))).toEqual(
      first.map(() => ({ outcome: 'done', wrote: true, text: '' })),
    );
    expect(await world.canI([...DEPLOY, '-n', 'my-app-ns'])).toBe(0);
    expect(await world.canI([...DEPLOY, '-n', 'default'])).toBe(1);
    expect(await world.canI(['list', 'pods', '-A', ...AUDITOR])).toBe(0);
    expect(await world.canI(['list', 'secrets', '-A', ...AUDITOR])).toBe(1);
    const again = await run(articleSteps());
    expect(again.every(({ outcome, wrote }) => outcome === 'done' && !wrote)).toBe(true);
    const gone = await run(undo(articleSteps()));
    expect(gone.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
    expect(await world.exported()).toEqual(before);
    expect(await world.canI([...DEPLOY, '-n', 'my-app-ns'])).toBe(1);
  });
});
