import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { ApplyEvent, CallAbout, Doors, StepResult, Wire } from '../../src/edge/apply/index.ts';
import { iamAdmin, iamClient } from '../../src/edge/aws/index.ts';
import { KubeError, kubeSender } from '../../src/edge/kube/index.ts';
import type { Step } from '../../src/grants/index.ts';
import type { AccessEntryResource, RoleResource } from '../../src/inventory/index.ts';
import { makeDouble } from './double.ts';
import {
  accessPolicy,
  allow,
  bigPlan,
  binding,
  CALLERS,
  CI,
  entry,
  inline,
  role,
  roleArn,
  row,
  stepOf,
  stepsOf,
  trustOf,
} from './steps.ts';
import { DELIVERY, type LabWorld, labWorld, PLATFORM, PROD, type Running, runOn, told } from './world.ts';

function fresh(): ReturnType<typeof makeDouble> {
  const double = makeDouble();
  for (const arn of CALLERS)
    double.store.set(`iam ${arn.split(':')[4]} role ${arn.slice(arn.lastIndexOf('/') + 1)}`, { Arn: arn });
  return double;
}

const run = (double: ReturnType<typeof makeDouble>, steps: readonly Step[], how: Running = {}): Promise<readonly StepResult[]> =>
  runOn(double, steps, { clients: double.clients, ...how });

const DONE = new Set(['done']);

/** What is there; in which order rows came to aws-auth is nobody's business. */
function stateOf(double: ReturnType<typeof makeDouble>): unknown {
  return JSON.parse(JSON.stringify(double.export()), (key, value) =>
    key === 'mapRoles'
      ? String(value)
          .split(/^(?=- )/m)
          .sort()
      : value,
  );
}

function sdkError(name: string, status: number, message = 'no'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** Faults that pass: each call meets them so many times before it goes through. */
const PASSING: readonly (readonly [name: string, fault: (about: CallAbout) => Error, times: number])[] = [
  [
    'throttling',
    (a) => (a.service === 'kubernetes' ? new KubeError(429, 'TooManyRequests', 'slow') : sdkError('Throttling', 400)),
    3,
  ],
  [
    'faults of the server',
    (a) => (a.service === 'kubernetes' ? new KubeError(503, '', 'bad') : sdkError('ServiceFailure', 500)),
    2,
  ],
  ['timeouts', () => Object.assign(new Error('late'), { name: 'TimeoutError' }), 2],
  ['cut connections', () => Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 2],
];

describe('faults that pass', () => {
  const plan = bigPlan();

  it.each(
    PASSING.flatMap(([name, fault, times]) =>
      [false, true].map((isSent) => [name, isSent ? 'after' : 'before', fault, times, isSent] as const),
    ),
  )('%s %s the call was done', async (_, __, fault, times, isSent) => {
    const whole = fresh();
    await run(whole, plan);
    const met = new Map<string, number>();
    let faults = 0;
    const wire: Wire = async (about, send) => {
      const key = `${about.at} ${about.operation}`;
      const count = met.get(key) ?? 0;
      met.set(key, count + 1);
      if (count >= times) return send();
      // The write is done, and nobody hears of it.
      if (isSent) await send();
      faults++;
      throw fault(about);
    };
    const double = fresh();
    expect(new Set(told(await run(double, plan, { wire })))).toEqual(DONE);
    expect(faults).toBeGreaterThan(20);
    expect(stateOf(double)).toEqual(stateOf(whole));
  });

  it('at most eight requests are in flight at one API', async () => {
    let flying = 0;
    let most = 0;
    const many = Array.from({ length: 40 }, (_, i) => stepOf(`g${i}`, role(`g${i}`, CI)));
    const wire: Wire = async (_, send) => {
      most = Math.max(most, ++flying);
      await new Promise((resolve) => setImmediate(resolve));
      flying--;
      return send();
    };
    const double = fresh();
    expect(new Set(told(await run(double, many, { wire })))).toEqual(DONE);
    expect(most).toBe(8);
  });
});

describe('faults that stay', () => {
  const plan = stepsOf('g', [
    role('g', CI),
    inline(roleArn('g'), 'describe-cluster', allow('eks:DescribeCluster', PROD)),
    binding('g', 'view'),
    entry('g', ['causeway:platform-access:g']),
  ]);
  const other = stepOf('g', inline(CI, 'causeway-platform-access-g', allow('sts:AssumeRole', roleArn('g'))));
  const kubernetes = stepOf('h', binding('h', 'view'));

  const closed: Partial<Doors> = {
    aws: async ({ account, region }, again) =>
      account === PLATFORM ? { closed: 'nobody said how' } : makeDouble().doors.aws({ service: 'iam', account, region }, again),
  };

  it.each<readonly [string, Running, readonly RegExp[]]>([
    [
      'an account that nobody can enter',
      { doors: closed },
      [/^closed: .*nobody said how/, /^waits: .*role/, /^waits/, /^waits/, /^done$/, /^done$/],
    ],
    [
      'read-only credentials',
      {
        wire: (about, send) =>
          about.at === PLATFORM && !/^Get/.test(about.operation)
            ? Promise.reject(sdkError('AccessDenied', 403, 'User x is not authorized to perform: iam:CreateRole'))
            : send(),
      },
      [/^denied: .*not authorized to perform: iam:CreateRole/, /^waits/, /^waits/, /^waits/, /^done$/, /^done$/],
    ],
    [
      'a cluster that does not answer',
      {
        wire: (about, send) =>
          about.service === 'kubernetes'
            ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
            : send(),
      },
      [/^done$/, /^done$/, /^closed: .*ECONNREFUSED/, /^waits/, /^done$/, /^closed: .*ECONNREFUSED/],
    ],
    [
      'a quota',
      {
        wire: (about, send) =>
          about.operation === 'CreateRole'
            ? Promise.reject(sdkError('LimitExceededException', 409, 'Cannot exceed quota for RolesPerAccount: 1000'))
            : send(),
      },
      [/^failed: .*quota for RolesPerAccount/, /^waits/, /^waits/, /^waits/, /^done$/, /^done$/],
    ],
  ])('%s keeps nobody else from being done', async (_, how, expected) => {
    const double = fresh();
    const results = told(await run(double, [...plan, other, kubernetes], how));
    expect(results).toEqual(expected.map((text) => expect.stringMatching(text)));
    expect(new Set(told(await run(double, [...plan, other, kubernetes])))).toEqual(DONE);
  });

  it('who does not answer is not asked again and again', async () => {
    let calls = 0;
    const wire: Wire = async (about, send) => {
      if (about.service !== 'kubernetes') return send();
      calls++;
      throw Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    };
    const many = Array.from({ length: 20 }, (_, i) => stepOf(`g${i}`, binding(`g${i}`, 'view')));
    expect((await run(fresh(), many, { wire })).every(({ outcome }) => outcome === 'closed')).toBe(true);
    expect(calls).toBeLessThanOrEqual(8 * 4);
  });

  it('what is in the way is not written over', async () => {
    const double = fresh();
    const foreign: RoleResource = { ...(role('g', CI) as RoleResource), tags: { team: 'x' } };
    await run(double, [stepOf('g', foreign)]);
    const before = stateOf(double);
    expect(told(await run(double, [stepOf('g', role('g', CI))]))).toEqual([expect.stringMatching(/^not-ours: .*--adopt/)]);
    const update = { ...stepOf('g', role('g', CI), 'update'), present: foreign };
    expect(told(await run(double, [update]))).toEqual([expect.stringMatching(/^not-ours/)]);
    expect(stateOf(double)).toEqual(before);
    expect(told(await run(double, [update], { mayAdopt: true }))).toEqual(['done']);
    expect(told(await run(double, [stepOf('g', role('g', CI))]))).toEqual(['done']);
  });

  it('what was changed since the plan is not written over', async () => {
    const double = fresh();
    await run(double, plan);
    const seen = role('g', CI);
    const wanted = { ...(seen as RoleResource), trust: trustOf(`arn:aws:iam::${DELIVERY}:role/new`) };
    await run(double, [
      {
        ...stepOf('g', { ...(seen as RoleResource), trust: trustOf('arn:aws:iam::444444444444:root') }, 'update'),
        present: seen,
      },
    ]);
    const before = stateOf(double);
    expect(told(await run(double, [{ ...stepOf('g', wanted, 'update'), present: seen }]))).toEqual([
      expect.stringMatching(/^changed: .*\(trust\)/),
    ]);
    expect(told(await run(double, [{ ...stepOf('g', seen, 'delete'), present: seen }]))).toEqual([
      expect.stringMatching(/^changed/),
    ]);
    expect(stateOf(double)).toEqual(before);
  });

  it('an access entry of somebody else is kept before it is changed', async () => {
    const double = fresh();
    await run(double, plan.slice(0, 1));
    const shared: AccessEntryResource = { ...(entry('g', ['theirs']) as AccessEntryResource), tags: { team: 'x' } };
    await run(double, [stepOf('g', shared), stepOf('g', accessPolicy('g', 'AmazonEKSViewPolicy', []))]);
    const kept = new Map<string, string>();
    const events: ApplyEvent[] = [];
    const wanted = { ...shared, groups: ['theirs', 'ours'], tags: { ...shared.tags, 'causeway:owner': 'platform-access/g' } };
    const update = { ...stepOf('g', wanted, 'update'), present: shared };
    expect(told(await run(double, [update], { kept, events, mayAdopt: true }))).toEqual(['done']);
    const [[name, text] = ['', '']] = [...kept];
    expect(name).toMatch(/^111111111111\/eu-west-1\/prod\/access-entry-/);
    expect(JSON.parse(text)).toMatchObject({
      entry: { groups: ['theirs'], tags: { team: 'x' } },
      policies: [{ policyArn: expect.stringContaining('AmazonEKSViewPolicy') }],
    });
    expect(events.filter(({ kind }) => kind === 'backup')).toHaveLength(1);
    // Changed underneath: reported, and left as it is.
    await run(double, [{ ...stepOf('g', { ...wanted, groups: ['else'] }, 'update'), present: wanted }], { mayAdopt: true });
    expect(told(await run(double, [{ ...stepOf('g', { ...wanted, groups: [] }, 'update'), present: wanted }]))).toEqual([
      expect.stringMatching(/^changed: .*\(groups\)/),
    ]);
  });

  it('an entry whose principal is another one now is made anew, with its policies', async () => {
    const double = fresh();
    const steps = [...plan, stepOf('g', accessPolicy('g', 'AmazonEKSViewPolicy', []))];
    await run(double, steps);
    const before = stateOf(double);
    const calls: string[] = [];
    const wire: Wire = (about, send) => {
      calls.push(about.operation);
      return send();
    };
    const step = { ...stepOf('g', entry('g', ['causeway:platform-access:g']), 'update'), replace: true as const };
    const anew = { ...step, present: step.resource };
    expect(told(await run(double, [anew], { wire }))).toEqual(['done']);
    expect(calls).toEqual(expect.arrayContaining(['DeleteAccessEntry', 'CreateAccessEntry', 'AssociateAccessPolicy']));
    expect((stateOf(double) as unknown[]).filter((each) => !JSON.stringify(each).includes('causeway-backup'))).toEqual(before);
  });

  it('without any place for a backup nothing is written over', async () => {
    const double = fresh();
    await run(double, [stepOf('g', row('g', ['a']))]);
    const before = stateOf(double);
    const wire: Wire = (about, send) =>
      about.operation.startsWith('POST') ? Promise.reject(new KubeError(403, 'Forbidden', 'configmaps is forbidden')) : send();
    const noDisk = new Map<string, string>();
    noDisk.set = () => {
      throw new Error('EROFS: read-only file system');
    };
    expect(told(await run(double, [stepOf('h', row('h', ['b']))], { wire, kept: noDisk }))).toEqual([
      expect.stringMatching(/^failed: .*no backup.*EROFS.*forbidden/),
    ]);
    expect(stateOf(double)).toEqual(before);
    // The disk alone is enough.
    expect(told(await run(double, [stepOf('h', row('h', ['b']))], { wire }))).toEqual(['done']);
  });

  it('a run that is ended begins nothing any more', async () => {
    const ended = new AbortController();
    const double = fresh();
    const events: ApplyEvent[] = [];
    const wire: Wire = (about, send) => {
      if (about.operation === 'CreateRole') ended.abort();
      return send();
    };
    const results = await run(double, plan, { wire, signal: ended.signal, events });
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'stopped', 'waits', 'waits']);
    expect(new Set(told(await run(double, plan)))).toEqual(DONE);
  });
});

describe('on the lab', () => {
  let world: LabWorld;
  beforeAll(async () => {
    world = await labWorld();
  });
  afterAll(() => world.lab.close());

  it('credentials that expire half-way are asked for again, once', async () => {
    let entered = 0;
    const asked: boolean[] = [];
    const doors: Doors = {
      aws: async (wanted, again) => {
        entered++;
        asked.push(again);
        return world.doors.aws(wanted, again);
      },
      kubernetes: async (_, again) => {
        const access = await world.kubeAccess(`${PLATFORM}/admin`);
        // A token that the cluster does not take any more, until a new one is asked for.
        return again ? access : { ...access, token: `${access.token}x` };
      },
    };
    let calls = 0;
    const wire: Wire = (about, send) =>
      about.service === 'iam' && ++calls === 3 ? Promise.reject(sdkError('ExpiredToken', 403)) : send();
    const steps = [...stepsOf('e', [role('e', CI), binding('e', 'view'), entry('e', [])])];
    expect(new Set(told(await runOn(world, steps, { doors, wire })))).toEqual(DONE);
    expect(asked.filter((again) => again)).toHaveLength(1);
    expect(entered).toBe(3);
    const always: Wire = () =>
      Promise.reject(sdkError('ExpiredToken', 403, 'The security token included in the request is expired'));
    expect(told(await runOn(world, [stepOf('f', role('f', CI))], { wire: always }))).toEqual([
      expect.stringMatching(/^failed: .*expired/),
    ]);
  });

  it('a trust policy at the limit is made, and one beyond it says so', async () => {
    const trusting = (count: number): RoleResource => ({
      ...(role('big', CI) as RoleResource),
      trust: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: CI },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'x'.repeat(count) } },
          },
        ],
      },
    });
    const size = JSON.stringify(trusting(0).trust).length;
    expect(told(await runOn(world, [stepOf('big', trusting(2049 - size))]))).toEqual([
      expect.stringMatching(/^failed: .*quota for ACLSizePerRole/),
    ]);
    expect(told(await runOn(world, [stepOf('big', trusting(2048 - size))]))).toEqual(['done']);
  });

  it('a principal that is not there is said at once, one of the plan is waited for', async () => {
    const nobody = { ...(entry('nobody', []) as AccessEntryResource), principalArn: `arn:aws:iam::${DELIVERY}:role/nobody` };
    expect(told(await runOn(world, [stepOf('n', nobody)]))).toEqual([expect.stringMatching(/^failed: .*invalid principal/)]);
    let refusals = 0;
    const wire: Wire = (about, send) =>
      about.operation === 'CreateAccessEntry' && ++refusals <= 4
        ? Promise.reject(sdkError('InvalidParameterException', 400, 'The specified principalArn is invalid: invalid principal.'))
        : send();
    expect(new Set(told(await runOn(world, stepsOf('y', [role('y', CI), entry('y', [])]), { wire })))).toEqual(DONE);
    expect(refusals).toBe(5);
  });

  it('a role that is in use by others stays, and says why', async () => {
    const client = iamClient(await world.access(`${PLATFORM}/admin`));
    const iam = iamAdmin((_, send) => send(client));
    await runOn(world, [stepOf('used', role('used', CI))]);
    await iam.putInline({ kind: 'role', name: 'used' }, 'theirs', JSON.stringify(allow('s3:GetObject', '*')));
    const gone = { ...stepOf('used', role('used', CI), 'delete'), present: role('used', CI) };
    expect(told(await runOn(world, [gone]))).toEqual([expect.stringMatching(/^failed: .*must delete policies first/)]);
  });

  it('a namespace that is not there is said in the words of Kubernetes', async () => {
    expect(told(await runOn(world, [stepOf('n', binding('n', 'view', 'nowhere'))]))).toEqual([
      expect.stringMatching(/^failed: .*namespaces "nowhere" not found/),
    ]);
  });

  it('labels and annotations of others stay', async () => {
    await runOn(world, [stepOf('l', binding('l', 'view'))]);
    const kube = await kubeSender(await world.kubeAccess(`${PLATFORM}/admin`));
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/causeway%3Aplatform-access%3Al';
    await kube({ method: 'PATCH', path, body: { metadata: { labels: { team: 'x' }, annotations: { note: 'y' } } } });
    const wanted = binding('l', 'view');
    if (wanted.kind !== 'rbac-object') throw new Error('no');
    const edited = { ...wanted, manifest: { ...wanted.manifest, subjects: [{ kind: 'Group', name: 'other' }] } };
    expect(told(await runOn(world, [{ ...stepOf('l', edited, 'update'), present: wanted }]))).toEqual(['done']);
    expect(await kube({ method: 'GET', path })).toMatchObject({
      metadata: { labels: { team: 'x', 'causeway/file': 'platform-access' }, annotations: { note: 'y' } },
      subjects: [{ kind: 'Group', name: 'other' }],
    });
  });
});

test('a step that is to do takes three calls, and one that is done none', async () => {
  const double = fresh();
  const plan = bigPlan();
  const counted = async (steps: readonly Step[]): Promise<number> => {
    let calls = 0;
    const wire: Wire = (_, send) => {
      calls++;
      return send();
    };
    await run(double, steps, { wire });
    return calls;
  };
  // docs/apply.md, "How many calls it makes": there is no aws-auth yet, so there is nothing to keep.
  expect(await counted(plan)).toBe(3 * plan.length);
  expect(await counted(plan.map((step) => ({ ...step, state: 'done' })))).toBe(0);
});
