import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, decide, type PolicyKind, parsePolicy, principalFromArn, simulateIam } from '../../src/rules/iam/index.ts';
import { ownPolicy, requestOf, session, trustPolicy, world } from './worlds.ts';

const codes = (document: unknown, kind: PolicyKind) =>
  parsePolicy(document, { kind, name: 'p' }).problems.map(({ code, path }) => `${code} ${path.join('.')}`);
const wrap = (statement: unknown) => ({ Version: '2012-10-17', Statement: [statement] });
const fine = { Effect: 'Allow', Action: 'a:B', Resource: '*' };

describe('parsePolicy', () => {
  const rows: readonly (readonly [string, unknown, PolicyKind, readonly string[]])[] = [
    ['a sound identity policy', wrap(fine), 'identity', []],
    ['a sound trust policy', wrap({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }), 'trust', []],
    ['null', null, 'identity', ['not-an-object ']],
    ['a list', [], 'identity', ['not-an-object ']],
    ['no statement', { Version: '2012-10-17' }, 'identity', ['missing-element ']],
    ['version', { Version: '2012', Statement: [] }, 'identity', ['invalid-version Version']],
    ['unknown element', { ...wrap(fine), Statements: [] }, 'identity', ['unknown-element Statements']],
    ['statement of the wrong type', wrap('x'), 'identity', ['wrong-type Statement.0']],
    ['effect', wrap({ ...fine, Effect: 'allow' }), 'identity', ['invalid-effect Statement.0.Effect']],
    ['misspelt element', wrap({ ...fine, condition: {} }), 'identity', ['unknown-element Statement.0.condition']],
    ['both', wrap({ ...fine, NotAction: 'x:Y' }), 'identity', ['both-elements Statement.0', 'missing-element Statement.0']],
    [
      'principal in an identity policy',
      wrap({ ...fine, Principal: '*' }),
      'identity',
      ['forbidden-element Statement.0.Principal'],
    ],
    [
      'no principal in a trust policy',
      wrap({ Effect: 'Allow', Action: 'sts:AssumeRole' }),
      'trust',
      ['missing-element Statement.0'],
    ],
    [
      'unknown kind of principal',
      wrap({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Aws: '*' } }),
      'trust',
      ['invalid-principal Statement.0.Principal.Aws'],
    ],
    ['unknown operator', wrap({ ...fine, Condition: { Foo: {} } }), 'identity', ['unknown-operator Statement.0.Condition.Foo']],
    [
      'repeated key',
      wrap({ ...fine, Condition: { Bool: { 'a:b': 'true', 'A:B': 'true' } } }),
      'identity',
      ['repeated-key Statement.0.Condition.Bool.A:B'],
    ],
    [
      'value of the wrong type',
      wrap({ ...fine, Condition: { Bool: { 'a:b': {} } } }),
      'identity',
      ['wrong-type Statement.0.Condition.Bool.a:b'],
    ],
    [
      'a single statement',
      { Version: '2012-10-17', Statement: { ...fine, Effect: 1 } },
      'identity',
      ['invalid-effect Statement.Effect'],
    ],
    [
      'a Sid twice',
      {
        Version: '2012-10-17',
        Statement: [
          { ...fine, Sid: 'a' },
          { ...fine, Sid: 'a' },
        ],
      },
      'identity',
      ['repeated-sid Statement.1.Sid'],
    ],
  ];
  it.each(rows)('%s', (_name, document, kind, expected) => expect(codes(document, kind)).toEqual(expected));
});

/** Any JSON in any place of a policy. */
const spoiled = (policy: fc.Arbitrary<{ readonly Version: string; readonly Statement: readonly object[] }>) =>
  fc
    .tuple(
      policy,
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('Version', 'Statement', 'Effect', 'Action', 'Resource', 'Principal', 'Condition', 'Extra'),
    )
    .map(([document, junk, where]) => {
      if (where === 'Version' || where === 'Statement') return { ...document, [where]: junk };
      return { ...document, Statement: document.Statement.map((statement) => ({ ...statement, [where]: junk })) };
    });

describe('bad documents', () => {
  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), spoiled(ownPolicy), spoiled(trustPolicy), world, (junk, own, trust, one) => {
        const request = requestOf({ ...one, identity: [junk, own], trust: [trust] }, session('dev'), () => undefined);
        expect(['allow', 'implicitDeny', 'explicitDeny', 'unknown']).toContain(decide(request).decision);
      }),
      { numRuns: 200 },
    );
  });

  it('never allow by themselves', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('Effect', 'Extra', 'Version'), ownPolicy, (junk, where, own) => {
        const bad =
          where === 'Version'
            ? { ...own, Version: 'x' }
            : { ...own, Statement: own.Statement.map((one) => ({ ...one, [where]: where === 'Effect' ? 'allow' : junk })) };
        const trust = {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sts:AssumeRole' }],
        };
        const one = { identity: [bad], trust: [trust], boundary: null, session: null, scps: [], rcps: [], same: false };
        expect(decide(requestOf(one, session('dev'), () => undefined)).decision).not.toBe('allow');
      }),
      { numRuns: 200 },
    );
  });

  it('deep nesting is no danger', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 20_000; i++) deep = [deep];
    expect(compilePolicy(wrap({ ...fine, Action: deep }), { kind: 'identity', name: 'p' }).problems).not.toEqual([]);
  });
});

describe('lines of a simulation', () => {
  const line = {
    principal: 'arn:aws:iam::111111111111:user/alice',
    action: 'eks:ListClusters',
    resource: '*',
    resourceAccount: '111111111111',
  };
  it('policies and context may be left out', () =>
    expect(simulateIam(line)).toMatchObject({ decision: 'implicitDeny', layer: 'identity' }));

  const wrong: readonly (readonly [object, string])[] = [
    [{ principal: 'alice' }, 'principal: "alice" is no principal'],
    [{ principal: undefined }, 'principal: a text'],
    [{ action: 'ListClusters' }, 'action: "ListClusters"'],
    [{ resource: 'cluster' }, 'resource: "cluster"'],
    [{ resourceAccount: '1' }, 'resourceAccount: "1"'],
    [{ context: [] }, 'context: an object'],
    [{ context: { a: { b: 1 } } }, 'context.a: '],
    [{ identityPolicies: {} }, 'identityPolicies: a list'],
    [{ scps: [{}] }, 'scps[0]: a list'],
    [{ resourceAccountScps: 'x' }, 'resourceAccountScps: a list of levels'],
    [{ principalFacts: { managementAccount: 'yes' } }, 'principalFacts.managementAccount: true or false'],
    [{ principalFacts: { roleArn: 1 } }, 'principalFacts.roleArn: a text'],
  ];
  it.each(wrong)('%j is refused', (change, message) => expect(() => simulateIam({ ...line, ...change })).toThrow(message));
  it('a text is no line', () => expect(() => simulateIam('x')).toThrow('a line is a JSON object'));
});

describe('principals', () => {
  const rows: readonly (readonly [string, object])[] = [
    ['arn:aws:iam::111111111111:root', { kind: 'root', account: '111111111111' }],
    ['arn:aws-cn:iam::111111111111:user/a/bob', { kind: 'user', partition: 'aws-cn' }],
    ['arn:aws:iam::111111111111:role/a/r', { kind: 'assumed-role', roleArn: 'arn:aws:iam::111111111111:role/a/r' }],
    [
      'arn:aws:sts::111111111111:assumed-role/r/s',
      { kind: 'assumed-role', roleArn: 'arn:aws:iam::111111111111:role/r', sessionName: 's' },
    ],
    ['arn:aws:sts::111111111111:federated-user/bob', { kind: 'federated-user' }],
    ['arn:aws:iam::111111111111:oidc-provider/idp.example.com/x', { kind: 'federated', account: '111111111111' }],
    ['arn:aws:iam::111111111111:saml-provider/corp', { kind: 'federated' }],
    ['cognito-identity.amazonaws.com', { kind: 'federated' }],
    ['pods.eks.amazonaws.com', { kind: 'service', account: '' }],
    ['*', { kind: 'anonymous' }],
    ['arn:aws:iam::111111111111:role/aws-service-role/eks.amazonaws.com/X', { serviceLinkedRole: true }],
  ];
  it.each(rows)('%s', (text, expected) => expect(principalFromArn(text)).toMatchObject(expected));
  it.each(['', 'bob', 'arn:aws:s3:::bucket', 'arn:aws:iam::1:root'])('%j is none', (text) =>
    expect(() => principalFromArn(text)).toThrow('is no principal'),
  );
});
