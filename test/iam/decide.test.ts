import { describe, expect, it } from 'vitest';
import type { Gap } from '../../src/base/index.ts';
import {
  type CompiledPolicy,
  type ContextValue,
  compilePolicy,
  decide,
  derivedContext,
  describeFact,
  type IamRequest,
  OPEN,
  type PolicyKind,
  type PolicySet,
  principalFromArn,
} from '../../src/rules/iam/index.ts';

const ROLE = 'arn:aws:iam::111111111111:role/deployer';
const CI = 'arn:aws:iam::222222222222:role/ci';
const none: PolicySet<CompiledPolicy> = { policies: [], gaps: [] };
const gap = (what: string): Gap => ({ kind: 'gap', id: what, state: 'notCollected', what });
const missing = (what: string): PolicySet<CompiledPolicy> => ({ policies: [], gaps: [gap(what)] });
const set = (kind: PolicyKind, ...statements: readonly object[]): PolicySet<CompiledPolicy> => ({
  policies: [compilePolicy({ Version: '2012-10-17', Statement: statements }, { kind, name: kind })],
  gaps: [],
});
const allow = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
const trusts = (AWS: string, more: object = {}) => ({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...more });

type Change = Partial<Omit<IamRequest<CompiledPolicy>, 'context'>> & {
  readonly context?: Readonly<Record<string, ContextValue>>;
};

function ask(change: Change = {}) {
  const { context = {}, ...rest } = change;
  const principal = rest.principal ?? principalFromArn(`arn:aws:sts::222222222222:assumed-role/ci/build-7`);
  const derived = derivedContext(principal, {});
  const found = decide({
    principal,
    action: 'sts:AssumeRole',
    resource: ROLE,
    resourceAccount: '111111111111',
    identity: set('identity', allow),
    boundary: null,
    session: null,
    scps: [],
    rcps: [],
    resourcePolicy: set('trust', trusts('222222222222')),
    ...rest,
    context: (key) => (key in context ? context[key] : derived(key)),
  });
  return { ...found, ways: found.ways.map((way) => way.map(({ fact, holds }) => describeFact(fact, holds))) };
}

describe('what is open or missing', () => {
  it('an open key becomes a condition', () => {
    const resourcePolicy = set('trust', trusts('222222222222', { Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } } }));
    expect(ask({ resourcePolicy, context: { 'sts:externalid': OPEN } })).toMatchObject({
      decision: 'unknown',
      ways: [['sts:ExternalId is c0ffee']],
    });
    expect(ask({ resourcePolicy, context: { 'sts:externalid': 'c0ffee' } }).decision).toBe('allow');
    expect(ask({ resourcePolicy }).decision).toBe('implicitDeny');
  });

  it('a deny on an open key asks for its opposite', () => {
    const identity = set('identity', allow, {
      ...allow,
      Effect: 'Deny',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    });
    expect(ask({ identity, context: { 'aws:multifactorauthpresent': OPEN } }).ways).toEqual([
      ['aws:MultiFactorAuthPresent is not false (and is present)'],
    ]);
  });

  it('conditions that exclude each other deny', () => {
    const only = (value: string) => ({ Condition: { StringEquals: { 'sts:ExternalId': value } } });
    const found = ask({
      identity: set('identity', { ...allow, ...only('aa') }),
      resourcePolicy: set('trust', trusts('222222222222', only('bb'))),
      context: { 'sts:externalid': OPEN },
    });
    expect(found.decision).toBe('implicitDeny');
  });

  it('an allow that a deny takes back whatever comes is a deny', () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'aa' } } };
    const found = ask({
      identity: set('identity', allow, { ...allow, Effect: 'Deny', ...condition }),
      resourcePolicy: set('trust', trusts('222222222222', condition)),
      context: { 'sts:externalid': OPEN },
    });
    expect(found).toMatchObject({ decision: 'implicitDeny', layer: 'identity' });
  });

  it('an open key that every value satisfies makes no condition', () => {
    const either = [
      trusts('222222222222', { Condition: { StringEquals: { 'sts:ExternalId': 'aa' } } }),
      trusts('222222222222', { Condition: { StringNotEquals: { 'sts:ExternalId': 'aa' } } }),
    ];
    expect(ask({ resourcePolicy: set('trust', ...either), context: { 'sts:externalid': OPEN } }).decision).toBe('allow');
  });

  it('policies that nobody collected may allow and may deny', () => {
    expect(ask({ identity: missing('their policies') }).ways).toEqual([
      ['it is allowed by their policies', 'it is not denied by their policies'],
    ]);
    expect(ask({ scps: [missing('the SCPs')] }).decision).toBe('unknown');
    expect(ask({ resourcePolicy: missing('the trust policy') }).decision).toBe('unknown');
    expect(ask({ boundary: missing('the boundary') }).decision).toBe('unknown');
  });

  it('resource control policies that nobody collected can only deny', () => {
    expect(ask({ rcps: [missing('the RCPs')] }).ways).toEqual([['it is not denied by the RCPs']]);
  });

  it('a firm explicit deny stands beside anything that is missing', () => {
    const identity = { ...set('identity', allow, { ...allow, Effect: 'Deny' }), gaps: [gap('more')] };
    expect(ask({ identity, scps: [missing('the SCPs')] })).toMatchObject({
      decision: 'explicitDeny',
      layer: 'identity',
      ways: [],
    });
  });

  it('a firm implicit deny stands beside what is missing elsewhere', () => {
    expect(ask({ identity: missing('x'), resourcePolicy: set('trust', trusts('333333333333')) })).toMatchObject({
      decision: 'implicitDeny',
      layer: 'trust',
    });
  });

  it('a key whose value nobody collected is a gap, once for each test', () => {
    const org = (value: string) => trusts('222222222222', { Condition: { StringEquals: { 'aws:PrincipalOrgID': value } } });
    const context = { 'aws:principalorgid': gap('the organization of 222222222222') };
    expect(ask({ resourcePolicy: set('trust', org('o-a')), context }).ways).toEqual([
      ['it is allowed by the organization of 222222222222'],
    ]);
    const deny = { ...org('o-b'), Effect: 'Deny' };
    expect(ask({ resourcePolicy: set('trust', org('o-a'), deny), context }).decision).toBe('unknown');
  });

  it('too many combinations are no allow and no deny', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({
      ...allow,
      Effect: 'Deny',
      Condition: {
        StringEquals: { [`aws:RequestTag/${i}a`]: 'x', [`aws:RequestTag/${i}b`]: 'x', [`aws:RequestTag/${i}c`]: 'x' },
      },
    }));
    const found = decide({
      principal: principalFromArn(CI),
      action: 'sts:AssumeRole',
      resource: ROLE,
      resourceAccount: '111111111111',
      identity: set('identity', allow, ...many),
      boundary: null,
      session: null,
      scps: [],
      rcps: [],
      resourcePolicy: set('trust', trusts('222222222222')),
      context: () => OPEN,
    });
    expect(found.decision).toBe('unknown');
    expect(found.ways).toHaveLength(1);
  });
});

describe('any session of a role', () => {
  const principal = principalFromArn(CI, { principalId: 'AROACI' });

  it('a trust in one session asks for its name', () => {
    const resourcePolicy = set('trust', trusts('arn:aws:sts::222222222222:assumed-role/ci/build-7'));
    expect(ask({ principal, resourcePolicy }).ways).toEqual([["the name of the caller's session is build-7"]]);
  });

  it('a test of aws:userid asks for the session name', () => {
    const userid = (value: string) =>
      set('trust', trusts('222222222222', { Condition: { StringLike: { 'aws:userid': value } } }));
    const context: Readonly<Record<string, ContextValue>> = { 'aws:userid': OPEN };
    expect(ask({ principal, context, resourcePolicy: userid('AROACI:build-*') }).ways).toEqual([
      ["the name of the caller's session is like build-*"],
    ]);
    expect(ask({ principal, context, resourcePolicy: userid('AROACI:*') }).decision).toBe('allow');
    expect(ask({ principal, context, resourcePolicy: userid('AROAOTHER:*') }).decision).toBe('implicitDeny');
    expect(ask({ principal: principalFromArn(CI), context, resourcePolicy: userid('AROACI:*') }).ways).toEqual([
      [`it is allowed by the unique id of ${CI}`],
    ]);
  });
});

describe('the open value of a variable', () => {
  const own = (role: string) => set('identity', { ...allow, Resource: `arn:aws:iam::111111111111:role/${role}` });
  const context: Readonly<Record<string, ContextValue>> = { 'aws:principaltag/team': OPEN };

  it('is asked for where only one fits', () => {
    expect(ask({ identity: own('${aws:PrincipalTag/team}'), context }).ways).toEqual([['aws:PrincipalTag/team is deployer']]);
    expect(ask({ identity: own('x-${aws:PrincipalTag/team}'), context }).decision).toBe('implicitDeny');
    expect(ask({ identity: own("dep${aws:PrincipalTag/team, 'loyer'}"), context }).ways).toEqual([
      ['aws:PrincipalTag/team is loyer'],
      ['aws:PrincipalTag/team is absent'],
    ]);
  });

  it('is missing evidence where several may fit', () => {
    expect(ask({ identity: own('*${aws:PrincipalTag/team}*'), context }).decision).toBe('unknown');
  });
});

describe('reasons', () => {
  it('name policy, statement and layer', () => {
    const identity = set('identity', allow, { ...allow, Sid: 'NoProd', Effect: 'Deny' });
    expect(ask({ identity }).reason()).toBe(
      'sts:AssumeRole is explicitly denied by an identity policy (statement 2 ("NoProd") of identity)',
    );
    expect(ask().reason()).toBe(`sts:AssumeRole on ${ROLE} is allowed by statement 1 of identity and statement 1 of trust`);
    expect(ask({ identity: none }).reason()).toBe(
      `no identity policy of arn:aws:sts::222222222222:assumed-role/ci/build-7 allows sts:AssumeRole on ${ROLE}`,
    );
    expect(ask({ resourcePolicy: null }).reason()).toBe(`${ROLE} has no trust policy that could allow sts:AssumeRole`);
  });

  it('refer to the statements', () => {
    expect(ask().statements.map(({ policy, statement }) => [policy.name, statement])).toEqual([
      ['identity', 0],
      ['trust', 0],
    ]);
  });
});
