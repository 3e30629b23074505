import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideAccess, type PathChoice } from '../../src/access/index.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { holds } from '../properties/runs.ts';
import { arn, ask, document, type RoleSketch, statement, trusts, via, type WorldSketch, world } from './world.ts';

const A = '111111111111';
const START = arn(A, 'start');
const END = arn(A, 'end');

/** Who a role lets in, what it asks of each, and what it allows each besides sts:AssumeRole. */
type Doors = readonly { readonly from: string; readonly condition?: unknown; readonly may?: readonly string[] }[];

function role(doors: Doors): RoleSketch {
  const nobody = statement({ Effect: 'Deny', Principal: { AWS: arn(A, 'nobody') } });
  const statements = doors.map(({ from, condition, may = [] }) =>
    statement({
      Principal: { AWS: arn(A, from) },
      Action: ['sts:AssumeRole', ...may],
      ...(condition === undefined ? {} : { Condition: condition }),
    }),
  );
  return { trust: document([nobody, ...statements]) };
}

function roles(doors: Readonly<Record<string, Doors>>, policies: readonly string[] = ['AmazonEKSViewPolicy']): Inventory {
  const sketches = Object.entries(doors).map(([name, from]) => [name, role(from)]);
  const cluster: WorldSketch['cluster'] = { entries: [{ principalArn: END, policies }] };
  return world({ roles: { [A]: { start: role([]), ...Object.fromEntries(sketches) } }, cluster });
}

const id = (value: string): unknown => ({ StringEquals: { 'sts:ExternalId': value } });

/** Layers of roles, each of which trusts every role of the layer before, with an external ID of its own. */
function layers(depth: number, width: number): Record<string, Doors> {
  const doors: Record<string, Doors> = {};
  for (let layer = 0; layer < depth; layer++) {
    for (let i = 0; i < width; i++) {
      const before = layer === 0 ? ['start'] : Array.from({ length: width }, (_, j) => `r${layer - 1}-${j}`);
      doors[`r${layer}-${i}`] = before.map((from) => ({ from, condition: id(`${layer}-${i}`) }));
    }
  }
  doors.end = Array.from({ length: width }, (_, i) => ({ from: `r${depth - 1}-${i}` }));
  return doors;
}

describe('roles that trust many others under conditions are walked a few times each', () => {
  test('and a path is found', () => {
    const answer = ask(roles(layers(4, 8)), { as: START });
    expect(answer).toMatchObject({ decision: 'allow', firm: false });
    expect(answer.hops.map(({ kind }) => kind)).toEqual([...Array(5).fill('assume'), 'authenticate', 'map', 'authorize']);
    expect(answer.pathsTried).toBeLessThan(1000);
  });

  test('and a firm refusal stays firm where conditions have no part in it', () => {
    const answer = ask(roles(layers(4, 8), []), { as: START });
    expect(answer).toMatchObject({ decision: 'deny', firm: true });
    expect(answer.pathsTried).toBeLessThan(1000);
  });

  test('and one of them that needs nothing is always followed', () => {
    const named = Array.from({ length: 20 }, (_, i) => `a${String(i).padStart(2, '0')}`);
    const doors: Record<string, Doors> = Object.fromEntries(
      named.map((name) => [name, [{ from: 'start', condition: id(name) }]]),
    );
    doors.z = [{ from: 'start' }];
    doors.hub = [...named, 'z'].map((from) => ({ from }));
    doors.end = [{ from: 'hub' }];
    const answer = ask(roles(doors), { as: START });
    expect(answer).toMatchObject({ decision: 'allow', firm: true });
    expect(answer.hops.filter(({ kind }) => kind === 'assume').map(({ to }) => to)).toEqual([arn(A, 'z'), arn(A, 'hub'), END]);
  });

  test('and where those that were left out might have been open, the refusal is none', () => {
    const named = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const called = (name: string): unknown => ({ StringEquals: { 'sts:RoleSessionName': `by-${name}` } });
    const doors: Record<string, Doors> = Object.fromEntries(named.map((name) => [name, [{ from: 'start' }]]));
    doors.hub = named.map((from) => ({ from, condition: called(from) }));
    doors.end = [{ from: 'hub', condition: { StringLike: { 'aws:userid': '*:by-h' } } }];
    expect(ask(roles(doors), { as: START, path: via(arn(A, 'h'), arn(A, 'hub'), END) }).decision).toBe('allow');
    const answer = ask(roles(doors), { as: START });
    expect(answer.decision).toBe('unknown');
    expect(answer.gaps.map(({ id }) => id)).toEqual(['too-many-paths']);
  });
});

test('a role that is reached early is reached again where what is stated for one hop makes the difference', () => {
  const doors = {
    hub: [{ from: 'start' }, { from: 'other' }],
    other: [{ from: 'start' }],
    end: [{ from: 'hub', condition: id('c0ffee') }],
  };
  const given = [
    { key: 'sts:ExternalId', value: 'c0ffee', hop: 3 },
    { key: 'sts:ExternalId', value: 'wrong' },
  ];
  const answer = ask(roles(doors), { as: START, given });
  expect(answer).toMatchObject({ decision: 'allow', firm: true });
});

test('a chain that needs an action which is not allowed is closed in a search as it is with --via', () => {
  const trust = trusts(START, { Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } } });
  const inventory = world({
    roles: { [A]: { start: { ...role([]), allow: [statement({ Resource: '*' })] }, end: { trust } } },
    cluster: { entries: [{ principalArn: END, policies: ['AmazonEKSViewPolicy'] }] },
  });
  for (const path of [via(END), { kind: 'any' }] as const) {
    const answer = ask(inventory, { as: START, path });
    expect(answer).toMatchObject({ decision: 'deny', firm: true });
    expect(answer.headline).toContain('sts:TagSession');
  }
});

describe('two routes into one role differ in what may be passed on the way', () => {
  interface Wanted {
    readonly asks: unknown;
    readonly needs: string;
  }
  const TAG: Wanted = { asks: { StringEquals: { 'aws:PrincipalTag/team': 'red' } }, needs: 'sts:TagSession' };
  const SOURCE: Wanted = { asks: { StringEquals: { 'aws:SourceIdentity': 'mira' } }, needs: 'sts:SetSourceIdentity' };
  const from = (name: string, ...may: string[]): Doors[number] => ({ from: name, may });
  /** The verdict and the roles of its path, where the end asks its caller for a tag or a source identity. */
  const found = ({ asks, needs }: Wanted, doors: Readonly<Record<string, Doors>>): string => {
    const end = [{ from: 'hub', condition: asks, may: [needs] }];
    const { decision, hops } = ask(roles({ ...doors, end }), { as: START });
    return [decision, ...hops.flatMap(({ kind, to }) => (kind === 'assume' ? [to.split('/').at(-1)] : []))].join(' ');
  };
  const a = [from('start')];

  test.each([
    ['a tag', TAG],
    ['a source identity', SOURCE],
  ])('and the one that lets %s through is taken', (_, wanted) => {
    const { needs } = wanted;
    expect(found(wanted, { a, b: a, hub: [from('a'), from('b', needs)] })).toBe('allow b hub end');
    expect(found(wanted, { a, b: a, hub: [from('a', needs), from('b')] })).toBe('allow a hub end');
    expect(found(wanted, { a, b: a, hub: [from('a'), from('b')] })).toMatch(/^deny/);
  });

  test('and the longer is taken', () => {
    expect(found(TAG, { a, hub: [from('start'), from('a', TAG.needs)] })).toBe('allow a hub end');
  });

  test('and a role is assumed twice where it has to be', () => {
    expect(found(TAG, { a: [from('hub')], hub: [from('start'), from('a', TAG.needs)] })).toBe('allow hub a hub end');
    expect(found(SOURCE, { hub: [from('start'), from('hub', SOURCE.needs)] })).toBe('allow hub hub end');
  });

  test('and the one is found that stands behind a hundred others', () => {
    const many = Array.from({ length: 100 }, (_, i) => `m${String(i).padStart(2, '0')}`);
    const doors = Object.fromEntries([...many, 'z'].map((name) => [name, a]));
    const hub = [...many.map((name) => from(name)), from('z', TAG.needs)];
    expect(found(TAG, { ...doors, hub })).toBe('allow z hub end');
  });

  test('and what an earlier hop asks for counts too', () => {
    const condition = { StringEquals: { 'aws:RequestTag/team': 'red' } };
    const doors = { a: [{ from: 'start', condition }], b: [{ from: 'start', condition, may: [TAG.needs] }] };
    const answer = ask(roles({ ...doors, hub: [from('a'), from('b')], end: [from('hub')] }), { as: START });
    expect(answer.hops.filter(({ kind }) => kind === 'assume').map(({ to }) => to)).toEqual([arn(A, 'b'), arn(A, 'hub'), END]);
    expect(answer.decision).toBe('allow');
  });
});

describe('an account that nobody collected may hold the missing hop', () => {
  const B = '222222222222';
  test.each([
    ['its account', { Resource: arn(B, 'middle') }, 'unknown'],
    ['everything', { Resource: ['*'] }, 'unknown'],
    ['a pattern', { Resource: 'arn:aws:iam::*:role/middle' }, 'unknown'],
    ['a pattern of single characters', { Resource: 'arn:aws:iam::22222222222?:role/middle' }, 'unknown'],
    ['a variable', { Resource: `arn:aws:iam::\${aws:PrincipalTag/account}:role/middle` }, 'unknown'],
    ['all but one', { NotResource: arn('333333333333', 'other') }, 'unknown'],
    ['another account', { Resource: arn('333333333333', 'other') }, 'deny'],
  ])('where a policy of the caller names %s', (_, more, decision) => {
    const start = { ...role([]), allow: [statement(more)] };
    const end = { trust: trusts(arn(B, 'middle')) };
    const inventory = world({
      roles: { [A]: { start, end } },
      members: [A, B],
      cluster: { entries: [{ principalArn: END, policies: ['AmazonEKSViewPolicy'] }] },
    });
    expect(ask(inventory, { as: START }).decision).toBe(decision);
  });
});

/** Needs sts:TagSession, which no trust policy here allows. */
const TAGGED = { StringEquals: { 'aws:RequestTag/team': 'red' } };

/** Every chain of different roles, the caller itself first. */
function chains(names: readonly string[]): readonly (readonly string[])[] {
  const longer = (chain: readonly string[]): readonly (readonly string[])[] => [
    chain,
    ...names.filter((name) => !chain.includes(name)).flatMap((name) => longer([...chain, name])),
  ];
  return longer([]);
}

/** The verdict alone, which asks for no remedy. */
function verdict(inventory: Inventory, path: PathChoice): string {
  const cluster = inventory.clusters[0];
  if (cluster === undefined) throw new Error(JSON.stringify(inventory.problems()));
  const request = { verb: 'get', apiGroup: '', resource: 'pods', namespace: 'web' };
  const asked = { cluster, caller: { kind: 'aws', arn: START }, path, request, given: [], assume: [] } as const;
  const settled = decideAccess(inventory, { ...asked, now: new Date('2026-11-23T12:00:00Z') });
  if ('code' in settled) throw new Error(settled.message);
  return `${settled.decision} ${settled.firm}`;
}

function pathOf(chain: readonly string[]): PathChoice {
  return chain.length === 0 ? { kind: 'self' } : via(...chain.map((name) => arn(A, name)));
}

const BEST = ['allow true', 'allow false', 'unknown false', 'deny true'];

test('a search comes to the best of all chains', () => {
  const names = ['p', 'q', 'r', 'end'];
  const door = fc.record({
    to: fc.constantFrom(...names),
    from: fc.constantFrom('start', ...names),
    condition: fc.constantFrom(undefined, id('x-1'), id('y-1'), { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, TAGGED),
  });
  holds(
    60,
    fc.property(fc.array(door, { maxLength: 12 }), (list) => {
      const doors = names.map((name) => [name, list.filter(({ to, from }) => to === name && from !== name)]);
      const inventory = roles(Object.fromEntries(doors));
      const all = chains(names).map((chain) => verdict(inventory, pathOf(chain)));
      expect(verdict(inventory, { kind: 'any' })).toBe(BEST.find((rank) => all.includes(rank)));
    }),
  );
});

test('a search comes to the best of all chains, also of those with a role twice, where tags and source identities are passed', () => {
  const names = ['p', 'q', 'end'];
  const all = Array.from({ length: 5 }).reduce<readonly (readonly string[])[]>(
    (before) => [[], ...before.flatMap((chain) => names.map((name) => [...chain, name]))],
    [[]],
  );
  const asks = (...keys: string[]) => fc.constantFrom(...keys).map((key) => ({ StringEquals: { [key]: 'red' } }));
  const may = fc.subarray(['sts:TagSession', 'sts:SetSourceIdentity']);
  const inner = fc.record({
    to: fc.constantFrom('p', 'q'),
    from: fc.constantFrom('start', 'start', 'p', 'q'),
    condition: fc.option(asks('aws:RequestTag/team', 'aws:PrincipalTag/team', 'sts:SourceIdentity'), { nil: undefined, freq: 1 }),
    may,
  });
  const last = fc.record({
    to: fc.constant('end'),
    from: fc.constantFrom('p', 'q'),
    condition: asks('aws:PrincipalTag/team', 'aws:SourceIdentity'),
    may: fc.constant(['sts:SetSourceIdentity']),
  });
  const doors = fc.tuple(fc.array(inner, { minLength: 3, maxLength: 7 }), fc.array(last, { minLength: 1, maxLength: 2 }));
  holds(
    60,
    fc.property(doors, (lists) => {
      const list = lists.flat();
      const inventory = roles(Object.fromEntries(names.map((name) => [name, list.filter(({ to }) => to === name)])));
      const verdicts = new Set(all.map((chain) => verdict(inventory, pathOf(chain))));
      expect(verdict(inventory, { kind: 'any' })).toBe(BEST.find((rank) => verdicts.has(rank)));
    }),
  );
});

describe('an account that nobody collected', () => {
  const B = '222222222222';
  const C = '333333333333';
  const provider = `arn:aws:iam::${B}:oidc-provider/token.example.com`;
  const trustsAccount = (account: string): Inventory =>
    world({
      roles: { [A]: { end: { trust: trusts(`arn:aws:iam::${account}:root`) } }, [B]: {} },
      cluster: { entries: [{ principalArn: END, policies: ['AmazonEKSViewPolicy'] }] },
      members: [A, B, C],
    });

  test('may hold the role that a caller of its own goes on with', () => {
    const answer = ask(trustsAccount(C), { as: `arn:aws:iam::${C}:role/other` });
    expect(answer).toMatchObject({ decision: 'unknown', firm: false });
  });

  test('lets no provider of another account in', () => {
    expect(ask(trustsAccount(C), { as: provider })).toMatchObject({ decision: 'deny', firm: true });
  });
});
