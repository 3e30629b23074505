import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createEc2Names } from '../../src/edge/authenticator/ec2.ts';
import type { Ec2Answer } from '../../src/edge/authenticator/ec2-answer.ts';
import { readEc2Answer } from '../../src/edge/authenticator/ec2-answer.ts';
import { describe as answerOf, type Ec2World } from '../loopback/ec2.ts';
import { type Mishap, type StsCaller, startSts } from '../loopback/sts.ts';
import { CI, startWorld, type World } from './world.ts';

/** The server as AWS knows it. */
const SELF: StsCaller = {
  accessKeyId: 'ASIASELF000000000001',
  secretAccessKey: 'canary-secret-of-self/123456789abcdefghij',
  sessionToken: 'canary-session-token/of+self==',
  arn: 'arn:aws:sts::111111111111:assumed-role/control-plane/i-00000000000000001',
  userId: 'AROASELF:i-00000000000000001',
};

const ID = 'i-0123456789abcdef0';
const NAME = 'ip-10-0-0-1.eu-west-1.compute.internal';

/** A session of the role of the nodes. */
function node(sessionName: string): StsCaller {
  const name = sessionName.replaceAll(/[^\w]/g, '').toUpperCase().padStart(16, '0').slice(-16);
  return {
    accessKeyId: `ASIA${name}`,
    secretAccessKey: `secret-of-${name}`,
    sessionToken: `token-of-${name}`,
    arn: `arn:aws:sts::222222222222:assumed-role/node/${sessionName}`,
    userId: `AROANODE:${sessionName}`,
  };
}

const CONFIG = `clusterID: demo
server:
  mapRoles:
  - roleARN: arn:aws:iam::222222222222:role/node
    username: system:node:{{EC2PrivateDNSName}}
    groups: [system:bootstrappers, system:nodes]
  - roleARN: arn:aws:iam::222222222222:role/ci
    username: ci
    groups: ["of:{{EC2PrivateDNSName}}"]
`;

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

interface Change {
  readonly ec2?: Partial<Ec2World>;
  readonly config?: string;
  readonly callers?: readonly StsCaller[];
  readonly env?: Readonly<Record<string, string>>;
  readonly without?: boolean;
}

async function start({ ec2 = {}, config = '', callers = [], env = {}, without = false }: Change = {}): Promise<World> {
  world = await startWorld({
    config: CONFIG + config,
    sts: { callers: [CI, node(ID), ...callers] },
    env,
    ...(without ? {} : { ec2: { callers: [SELF], instances: { [ID]: NAME }, ...ec2 } }),
  });
  return world;
}

function lastLine({ log }: World): unknown {
  return JSON.parse(log().trimEnd().split('\n').at(-1) ?? '');
}

function shownUser(reply: { readonly json: () => unknown }): unknown {
  return (reply.json() as { readonly status: { readonly user: unknown } }).status.user;
}

test('a node has the name that EC2 has for it, and EC2 is asked once', async () => {
  const one = await start();
  for (const at of [0, 1000]) {
    const reply = await one.review(one.token(node(ID), { at: new Date(Date.now() - at) }));
    expect(reply.status).toBe(200);
    expect(shownUser(reply)).toMatchObject({ username: `system:node:${NAME}`, groups: ['system:bootstrappers', 'system:nodes'] });
  }
  expect(one.ec2?.calls).toEqual([{ caller: SELF.arn, region: 'eu-west-1', instances: [ID] }]);
  expect(await one.metrics()).toContain('aws_iam_authenticator_ec2_describe_instances_calls_total 1');
  expect(one.log()).not.toContain('canary');
});

test('the name in a group alone', async () => {
  const session = { ...node(ID), arn: `arn:aws:sts::222222222222:assumed-role/ci/${ID}` };
  world = await startWorld({
    config: CONFIG,
    sts: { callers: [session] },
    ec2: { callers: [SELF], instances: { [ID]: NAME } },
  });
  expect(shownUser(await world.review(world.token(session)))).toMatchObject({ username: 'ci', groups: [`of:${NAME}`] });
});

test.each(['build-7', 'i-0123456789abcdef', 'i-0123456789abcdef0x', 'I-0123456789abcdef0', 'x-i-01234567'])(
  'the session %s is no instance, and EC2 is not asked',
  async (sessionName) => {
    const caller = node(sessionName);
    const one = await start({ callers: [caller] });
    expect(await one.review(one.token(caller))).toMatchObject({ status: 403 });
    expect(lastLine(one)).toMatchObject({
      msg: 'access denied',
      error:
        'mapper MountedFile renderTemplates error: error rendering username template "system:node:{{EC2PrivateDNSName}}": SessionName did not contain an instance id',
    });
    expect(one.ec2?.calls).toEqual([]);
  },
);

describe('an instance without a name is refused, and the log says why', () => {
  const asked = `failed querying private DNS from EC2 API for node ${ID}: `;
  const notEc2 = 'what answers is not EC2';
  const whole = answerOf([[ID, NAME]]);
  const cases: readonly (readonly [string, Partial<Ec2World> | Mishap, string])[] = [
    ['not found', { instances: {} }, `failed to find node ${ID}: EC2 knows no such instance`],
    ['an empty name', { instances: { [ID]: '' } }, 'it has no private DNS name'],
    ['a name that is none', { instances: { [ID]: 'ip-1{{SessionName}}' } }, 'its private DNS name is no DNS name'],
    ['a name with a system prefix', { instances: { [ID]: 'system:x' } }, 'its private DNS name is no DNS name'],
    [
      'throttled',
      { status: 503, code: 'RequestLimitExceeded', message: 'Request limit exceeded.' },
      `${asked}RequestLimitExceeded: Request limit exceeded. (HTTP 503)`,
    ],
    [
      'not allowed',
      { status: 403, code: 'UnauthorizedOperation', message: 'You are not. Encoded authorization failure message: canary' },
      'UnauthorizedOperation: You are not. (HTTP 403)',
    ],
    [
      'a signature that is repeated',
      { status: 403, code: 'SignatureDoesNotMatch', message: `It was ${SELF.sessionToken}` },
      'SignatureDoesNotMatch: It was … (HTTP 403)',
    ],
    ['a page', { status: 200, raw: '<html>welcome</html>' }, notEc2],
    ['nothing', { status: 200, raw: '' }, notEc2],
    ['half of an answer', { status: 200, raw: whole.slice(0, whole.indexOf('</privateDnsName>') + 17) }, notEc2],
    ['another instance', { status: 200, raw: answerOf([['i-01234567', NAME]]) }, `failed to find node ${ID}`],
    ['sent elsewhere', { status: 302, raw: '', headers: { location: '/' } }, `${notEc2} (HTTP 302)`],
    [
      'a part only',
      {
        status: 200,
        raw: answerOf([]).replace('</DescribeInstancesResponse>', '<nextToken>x</nextToken></DescribeInstancesResponse>'),
      },
      `${asked}EC2 answered with a part only`,
    ],
    ['cut', 'cut', 'ec2:DescribeInstances: '],
    ['slow', 'hang', `${asked}no answer within 0.2 s`],
  ];
  test.each(cases)('%s', async (name, happens, why) => {
    const isWorld = typeof happens === 'object' && 'instances' in happens;
    const one = await start({
      ec2: isWorld ? happens : { mishap: () => happens as Mishap },
      config: name === 'slow' ? 'causeway: { ec2Seconds: 0.2 }\n' : '',
    });
    const reply = await one.review(one.token(node(ID)));
    expect(reply).toMatchObject({ status: 403, body: expect.stringContaining('"status":{"user":{}}') as unknown });
    const line = JSON.stringify(lastLine(one));
    expect(lastLine(one)).toMatchObject({ msg: 'access denied' });
    expect(line).toContain(why);
    expect(one.log()).not.toContain('canary');
    // On a busy machine the short time may be over before the call arrives.
    if (name !== 'slow') expect(one.ec2?.calls).toHaveLength(1);
  });

  test('a failure of EC2 is not remembered', async () => {
    const one = await start({
      ec2: { mishap: (call) => (call === 1 ? { status: 500, code: 'InternalError', message: 'x' } : undefined) },
    });
    expect(await one.review(one.token(node(ID)))).toMatchObject({ status: 403 });
    expect(await one.review(one.token(node(ID)))).toMatchObject({ status: 200 });
  });
});

test('of a scrubbed account not even the instance is told', async () => {
  const one = await start({
    ec2: { instances: {} },
    config: '  scrubbedAccounts: ["222222222222"]\n',
  });
  expect(await one.review(one.token(node(ID)))).toMatchObject({ status: 403 });
  expect(one.log()).not.toContain(ID);
});

test.each([
  [
    'a region',
    { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'canary' },
    'there is no region to ask EC2 in: causeway.region',
  ],
  ['credentials', { AWS_REGION: 'eu-west-1' }, 'there are no credentials'],
])('without %s the callers are refused, and a warning says so at the start', async (_, env, why) => {
  const one = await start({ without: true, env });
  expect(await one.review(one.token(node(ID)))).toMatchObject({ status: 403 });
  const lines = one.log();
  const warning = lines.split('\n').find((line) => line.includes('rows need the private DNS name of instances'));
  expect(JSON.parse(warning ?? '{}')).toMatchObject({ level: 'warn', rows: 2, error: expect.stringContaining(why) as unknown });
  expect(JSON.stringify(lastLine(one))).toContain(why);
  expect(lines).not.toContain('canary');
});

test('causeway.region is where EC2 is asked', async () => {
  const one = await start({ config: 'causeway: { region: ap-south-1 }\n' });
  expect(await one.review(one.token(node(ID)))).toMatchObject({ status: 200 });
  expect(one.ec2?.calls).toMatchObject([{ region: 'ap-south-1' }]);
});

test('a server without such rows looks up no credentials', async () => {
  world = await startWorld();
  expect(await world.review(world.token())).toMatchObject({ status: 200 });
  expect(world.log()).not.toContain('EC2');
});

test('ec2DescribeInstancesRoleARN is assumed with the headers of the original, and nothing is kept on disk', async () => {
  const role = 'arn:aws:iam::444444444444:role/describe';
  const sts = await startSts({ callers: [SELF], roles: [{ arn: role, trusts: [SELF.arn] }] });
  const home = await mkdtemp(join(tmpdir(), 'causeway-ec2-'));
  try {
    const session = {
      accessKeyId: 'ASIA000000000001TEST',
      secretAccessKey: 'secret+of/ASIA000000000001TEST',
      sessionToken: 'token/of+ASIA000000000001TEST==',
      arn: 'arn:aws:sts::444444444444:assumed-role/describe/x',
      userId: 'AROADESCRIBE:x',
    };
    const one = await start({
      ec2: { callers: [SELF, session] },
      config: `  ec2DescribeInstancesRoleARN: ${role}\n  sourceARN: arn:aws:eks:eu-west-1:111111111111:cluster/demo\n`,
      env: { AWS_ENDPOINT_URL_STS: sts.url, XDG_CACHE_HOME: home },
    });
    expect(await one.review(one.token(node(ID)))).toMatchObject({ status: 200 });
    expect(one.ec2?.calls).toMatchObject([{ caller: session.arn }]);
    const assumed = sts.calls.find(({ action }) => action === 'AssumeRole');
    expect(assumed?.headers).toMatchObject({
      'x-amz-source-account': '444444444444',
      'x-amz-source-arn': 'arn:aws:eks:eu-west-1:111111111111:cluster/demo',
      authorization: expect.stringMatching(/SignedHeaders=[^,]*x-amz-source-account;x-amz-source-arn/) as unknown,
    });
    expect(await readdir(home)).toEqual([]);
  } finally {
    await sts.close();
    await rm(home, { recursive: true });
  }
});

describe('how often EC2 is asked', () => {
  const idOf = (index: number): string => `i-${String(index).padStart(17, '0')}`;
  const named = (ids: readonly string[]): Ec2Answer => ({ names: new Map(ids.map((id) => [id, `ip-${id}`])), whole: true });

  function names(more: { readonly perSecond?: number; readonly burst?: number; readonly seconds?: number } = {}) {
    const calls: (readonly string[])[] = [];
    const gate = Promise.withResolvers<void>();
    const made = createEc2Names({
      describe: async (ids) => {
        calls.push(ids);
        await gate.promise;
        return named(ids);
      },
      rate: () => ({ perSecond: more.perSecond ?? 0, burst: more.burst ?? 5 }),
      seconds: () => more.seconds ?? 60,
      now: () => 0,
    });
    return { ...made, calls, open: () => gate.resolve() };
  }

  test('the same instance twice at once is one call', async () => {
    const { nameOf, calls, open } = names();
    const both = [nameOf(idOf(1)), nameOf(idOf(1))];
    open();
    expect(await Promise.all(both)).toEqual([{ name: `ip-${idOf(1)}` }, { name: `ip-${idOf(1)}` }]);
    expect(calls).toEqual([[idOf(1)]]);
  });

  test('what comes while five calls are under way goes together, fifty in one', async () => {
    const { nameOf, calls, open } = names();
    const all = Array.from({ length: 107 }, (_, index) => nameOf(idOf(index)));
    expect(calls.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
    open();
    expect((await Promise.all(all)).every((answer) => 'name' in answer)).toBe(true);
    expect(calls.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 50, 50, 2]);
  });

  test('beyond the rate callers wait, and are refused in time', async () => {
    const { nameOf, calls, open, close } = names({ perSecond: 1, burst: 2, seconds: 0.05 });
    open();
    const answers = await Promise.all([1, 2, 3].map((index) => nameOf(idOf(index))));
    expect(answers[2]).toEqual({
      error: `failed querying private DNS from EC2 API for node ${idOf(3)}: no answer within 0.05 s`,
    });
    expect(calls).toEqual([[idOf(1)], [idOf(2)]]);
    close();
  });

  test('so many are waited for and no more', async () => {
    const { nameOf, close } = names();
    const all = Array.from({ length: 1024 }, (_, index) => nameOf(idOf(index)));
    expect(await nameOf(idOf(5000))).toEqual({ error: 'too many instances are being asked for' });
    close();
    expect(await all[0]).toMatchObject({ error: expect.stringContaining('the server is stopping') as unknown });
  });
});

test('entities of an answer are not opened', async () => {
  const xml = answerOf([[ID, '&name;']]);
  const body = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY name "ip-10-0-0-9">]>${xml}`;
  expect(
    JSON.stringify(await readEc2Answer({ status: 200, body }), (_, value: unknown) =>
      value instanceof Map ? [...value] : value,
    ),
  ).not.toContain('ip-10-0-0-9');
});
