import { describe, expect, it } from 'vitest';
import type { StepResult, Wire } from '../../src/edge/apply/index.ts';
import type { Step } from '../../src/grants/index.ts';
import { type Double, makeDouble } from './double.ts';
import { bigPlan, CALLERS, changed, undo } from './steps.ts';
import { runOn, told } from './world.ts';

/** Every call, or with CAUSEWAY_RUNS below 1 every second, third… */
const STRIDE = Math.max(1, Math.round(1 / Number(process.env.CAUSEWAY_RUNS ?? '1')));

class Killed extends Error {}

/** A wire that is cut at one call, before it is sent or before its answer comes; nothing goes over it afterwards. */
function cutAt(n: number, isSent: boolean): Wire {
  let calls = 0;
  return async (_, send) => {
    calls++;
    if (calls > n || (calls === n && !isSent)) throw new Killed();
    const answer = await send();
    if (calls >= n && isSent) throw new Killed();
    return answer;
  };
}

function fresh(options?: Parameters<typeof makeDouble>[0]): Double {
  const double = makeDouble(options);
  for (const arn of CALLERS)
    double.store.set(`iam ${arn.split(':')[4]} role ${arn.slice(arn.lastIndexOf('/') + 1)}`, { Arn: arn });
  const rows = '# nodes\n- rolearn: arn:aws:iam::111111111111:role/node\n  username: node\n';
  double.store.set('kube arn:aws:eks:eu-west-1:111111111111:cluster/prod /api/v1/namespaces/kube-system/configmaps/aws-auth', {
    metadata: { name: 'aws-auth', resourceVersion: '0', uid: '0' },
    data: { mapRoles: rows },
  });
  return double;
}

const run = (double: Double, steps: readonly Step[], wire?: Wire): Promise<readonly StepResult[]> =>
  runOn(double, steps, { clients: double.clients, ...(wire === undefined ? {} : { wire }) });

/** What is there, but for backups. */
const stateOf = (double: Double): unknown =>
  (double.export() as readonly (readonly [string, unknown])[]).filter(([key]) => !key.includes('causeway-backup'));

async function callsOf(steps: readonly Step[], before: readonly Step[] = []): Promise<number> {
  const double = fresh();
  await run(double, before);
  let calls = 0;
  await run(double, steps, (_, send) => {
    calls++;
    return send();
  });
  return calls;
}

const made = bigPlan();
const edited = changed(made);
const CASES: readonly (readonly [name: string, before: readonly Step[], steps: readonly Step[]])[] = [
  ['made', [], made],
  ['changed', made, edited],
  ['taken away', made, undo(made)],
];

describe('a plan of 30 steps that is killed after any call and run again comes to the same end', () => {
  it('has 30 steps', () => expect(made).toHaveLength(30));

  it.each(CASES)('when it is %s', async (_, before, steps) => {
    const whole = fresh();
    await run(whole, before);
    expect(new Set(told(await run(whole, steps)))).toEqual(new Set(['done']));
    const calls = await callsOf(steps, before);
    expect(calls).toBeGreaterThan(60);
    for (let n = 1; n <= calls; n += STRIDE) {
      for (const isSent of [false, true]) {
        const double = fresh();
        await run(double, before);
        await expect(run(double, steps, cutAt(n, isSent))).rejects.toBeInstanceOf(Killed);
        expect(new Set(told(await run(double, steps)))).toEqual(new Set(['done']));
        expect(stateOf(double)).toEqual(stateOf(whole));
        expect((await run(double, steps)).filter(({ wrote }) => wrote)).toEqual([]);
      }
    }
  });

  it('leaves nothing behind once it is taken away', async () => {
    const double = fresh();
    const before = stateOf(double);
    await run(double, made);
    await run(double, undo(made));
    expect(stateOf(double)).toEqual(before);
  });
});

describe('IAM and EKS that show a write late', () => {
  it.each([1, 3, 7])('%s reads late change nothing', async (staleReads) => {
    const whole = fresh();
    await run(whole, made);
    const double = fresh({ staleReads });
    expect(new Set(told(await run(double, made)))).toEqual(new Set(['done']));
    expect(stateOf(double)).toEqual(stateOf(whole));
    expect(new Set(told(await run(double, edited)))).toEqual(new Set(['done']));
    expect(new Set(told(await run(double, undo(edited))))).toEqual(new Set(['done']));
    expect(stateOf(double)).toEqual(stateOf(fresh()));
  });

  it('a write that is never seen is not called done', async () => {
    const double = fresh({ staleReads: 1_000_000 });
    const results = await run(double, made.filter(({ resource }) => resource.kind === 'role').slice(0, 1));
    expect(told(results)).toEqual([expect.stringMatching(/^not-visible: .* not seen within 120 s/)]);
  });
});
