import { describe, expect, it } from 'vitest';
import type { StepResult, Wire } from '../../src/edge/apply/index.ts';
import { type GrantsFile, makePlan, planRevoke, readGrants, type Step } from '../../src/grants/index.ts';
import { type Inventory, type Json, makeInventory, resourceId } from '../../src/inventory/index.ts';
import { type Double, makeDouble } from './double.ts';
import { AUDIT, CI, inline, role, roleArn, stepOf } from './steps.ts';
import { PLATFORM, PROD, type Running, runOn, told } from './world.ts';

const ARN = roleArn('g');
const KEY = `iam ${PLATFORM} role g`;
const POLICY = `${KEY} policy end-older-sessions`;
const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

function ending(moment: number): Json {
  const condition = { DateLessThan: { 'aws:TokenIssueTime': iso(moment) } };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition: condition }] };
}

const both: Json = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: [CI, AUDIT] }, Action: 'sts:AssumeRole' }],
};
const before = { ...role('g', CI), trust: both } as ReturnType<typeof role>;

/** Sessions of before two minutes end, then the role trusts one of two, as a plan at the beginning of time has it. */
function steps(): readonly Step[] {
  const end = stepOf('g', inline(ARN, 'end-older-sessions', ending(120_000)));
  return [end, { ...stepOf('g', role('g', CI, 'd2'), 'update', [end.id]), present: before }];
}

async function fresh(): Promise<Double> {
  const double = makeDouble();
  await run(double, [stepOf('g', before)]);
  return double;
}

const run = (double: Double, what: readonly Step[], how: Running = {}): Promise<readonly StepResult[]> =>
  runOn(double, what, { clients: double.clients, ...how });

const policyIn = ({ store }: Double): unknown => {
  const text = store.get(POLICY);
  return text === undefined ? undefined : JSON.parse(String(text));
};

describe('the moment before which sessions end', () => {
  it.each([
    ['as planned, where it is done at once', 0, 120_000],
    ['two minutes after the writing, where the yes came later', 3_600_000, 3_720_000],
  ])('is %s', async (_, from, moment) => {
    const double = await fresh();
    expect(told(await run(double, steps(), { from }))).toEqual(['done', 'done']);
    expect(policyIn(double)).toEqual(ending(moment));
  });

  it('is never an earlier one than planned', async () => {
    const double = await fresh();
    const [end, ...rest] = steps();
    if (end === undefined) throw new Error('no step');
    await run(double, [{ ...end, resource: inline(ARN, 'end-older-sessions', ending(600_000)) }, ...rest]);
    expect(policyIn(double)).toEqual(ending(600_000));
  });

  it('is moved on where the trust policy changed late', async () => {
    const double = await fresh();
    const operations: string[] = [];
    const met = new Map<string, number>();
    const wire: Wire = async ({ operation }, send) => {
      operations.push(operation);
      const count = met.get(operation) ?? 0;
      met.set(operation, count + 1);
      const isSlow = operation === 'GetRole' || operation === 'UpdateAssumeRolePolicy';
      if (isSlow && count < 7) throw Object.assign(new Error('slow'), { name: 'Throttling', $metadata: { httpStatusCode: 400 } });
      return send();
    };
    expect(told(await run(double, steps(), { wire }))).toEqual(['done', 'done']);
    const order = operations.filter((operation, i) => /^(Put|Update)/.test(operation) && operations[i - 1] !== operation);
    expect(order).toEqual(['PutRolePolicy', 'UpdateAssumeRolePolicy', 'PutRolePolicy']);
    const [, moment = ''] = /"aws:TokenIssueTime":"([^"]+)"/.exec(JSON.stringify(policyIn(double))) ?? [];
    expect(Date.parse(moment)).toBeGreaterThan(180_000);
    expect(JSON.stringify(double.store.get(KEY))).not.toContain('SecurityAudit');
  });

  it.each([
    ['a minute', 60_000],
    ['three minutes', 180_000],
    ['eleven hours', 39_600_000],
  ])('is none any more where the role goes %s later', async (_, from) => {
    const double = await fresh();
    expect(told(await run(double, steps()))).toEqual(['done', 'done']);
    const end = stepOf('g', inline(ARN, 'end-older-sessions', ending(120_000)), 'delete');
    const gone = stepOf('g', role('g', CI, 'd2'), 'delete', [end.id]);
    expect(told(await run(double, [end, gone], { from }))).toEqual(['done', 'done']);
    expect(double.store.has(KEY)).toBe(false);
    expect(double.store.has(POLICY)).toBe(false);
  });

  it('without it the way is not taken, and both are said', async () => {
    const double = await fresh();
    const wire: Wire = async ({ operation }, send) => {
      if (operation === 'PutRolePolicy')
        throw Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
      return send();
    };
    expect(told(await run(double, steps(), { wire }))).toEqual([
      expect.stringMatching(/^denied/),
      expect.stringMatching(/^waits/),
    ]);
  });
});

const WISHES = JSON.stringify({
  name: 'platform-access',
  accounts: { platform: { id: PLATFORM } },
  clusters: { prod: { account: 'platform', region: PROD.split(':')[3], name: 'prod' } },
  grants: [{ name: 'g', to: [CI, AUDIT], on: 'prod', access: 'edit' }],
});

/** What the double holds of the role, as an inventory. */
function inventoryOf({ store }: Double): Inventory {
  const found = store.get(KEY) as Readonly<Record<string, unknown>>;
  const policy = store.get(POLICY);
  const detail = {
    ...{ ...found, Path: '/causeway/platform-access/', RoleName: 'g', RoleId: 'AROAG' },
    AssumeRolePolicyDocument: JSON.parse(String(found['AssumeRolePolicyDocument'])),
    RolePolicyList:
      policy === undefined ? [] : [{ PolicyName: 'end-older-sessions', PolicyDocument: JSON.parse(String(policy)) }],
    AttachedManagedPolicies: [],
  };
  const text = JSON.stringify({ UserDetailList: [], GroupDetailList: [], Policies: [], RoleDetailList: [detail] });
  return makeInventory([{ path: `accounts/${PLATFORM}/iam.json`, size: text.length, text: () => text }]);
}

class Killed extends Error {}

it('a revoke that is killed after any call and planned again comes to the same end', async () => {
  const { file } = readGrants(WISHES, 'f');
  if (file === undefined) throw new Error('the file is not sound');
  const start = await fresh();
  // As apply left it.
  const [wished] = makePlan(file, inventoryOf(start), { now: 0 }).steps.filter(({ resource }) => resource.kind === 'role');
  if (wished === undefined) throw new Error('no role');
  const revoke = (double: Double, now: number): readonly Step[] => openSteps(file, double, now);
  const applied = async (): Promise<Double> => {
    const double = await fresh();
    await run(double, [{ ...wished, state: 'to-do' }]);
    return double;
  };
  let calls = 0;
  const count: Wire = (_, send) => {
    calls++;
    return send();
  };
  const whole = await applied();
  await run(whole, revoke(whole, 0), { wire: count });
  expect(calls).toBeGreaterThan(6);
  for (let n = 1; n <= calls; n++) {
    for (const isSent of [false, true]) {
      const double = await applied();
      let seen = 0;
      const wire: Wire = async (_, send) => {
        seen++;
        if (seen > n || (seen === n && !isSent)) throw new Killed();
        const answer = await send();
        if (seen >= n && isSent) throw new Killed();
        return answer;
      };
      await expect(run(double, revoke(double, 0), { wire })).rejects.toBeInstanceOf(Killed);
      const isTaken = !JSON.stringify(double.store.get(KEY)).includes('SecurityAudit');
      // The way is never taken without the sessions.
      if (isTaken) expect(policyIn(double)).toEqual(ending(120_000));
      const from = 300_000;
      const results = await run(double, revoke(double, from), { from });
      expect(new Set(told(results))).toEqual(new Set(results.length === 0 ? [] : ['done']));
      expect(JSON.stringify(double.store.get(KEY))).toEqual(JSON.stringify(whole.store.get(KEY)));
      expect(policyIn(double)).toEqual(ending(isTaken ? 120_000 : from + 120_000));
      expect(revoke(double, from)).toEqual([]);
    }
  }
});

/** Steps in IAM that are to do for a revoke of the auditors. */
function openSteps(file: GrantsFile, double: Double, now: number): readonly Step[] {
  const plan = planRevoke(file, inventoryOf(double), { principal: AUDIT }, { now });
  return (plan?.steps ?? []).filter(
    ({ state, resource }) =>
      state === 'to-do' && resourceId(resource).includes(':role/causeway/') && resource.kind !== 'access-entry',
  );
}
