import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACCESS_POLICIES,
  type AssociatedPolicy,
  accessPolicyRules,
  authorizeAccessPolicies,
  matchesNamespace,
  policiesAllow,
  simulateAccessPolicy,
  simulateMapping,
  UNPUBLISHED_POLICIES,
} from '../../src/rules/eks/index.ts';
import type { Attributes } from '../../src/rules/rbac/index.ts';

const arnOf = (name: string): string => `arn:aws:eks::aws:cluster-access-policy/${name}`;

function policy(name: string, ...namespaces: readonly string[]): AssociatedPolicy {
  return { policyArn: arnOf(name), scope: { type: namespaces.length === 0 ? 'cluster' : 'namespace', namespaces } };
}

const pods: Attributes = { verb: 'get', apiGroup: '', resource: 'pods', name: 'a', namespace: 'harbor' };

test('every (group, resource, verb) that a published policy names is allowed by it, and Edit and Admin hold what View holds', () => {
  for (const [name, rules] of ACCESS_POLICIES) {
    for (const { apiGroups = [], resources = [], verbs } of rules) {
      for (const [apiGroup, text, verb] of apiGroups.flatMap((g) =>
        resources.flatMap((r) => verbs.map((v) => [g, r, v] as const)),
      )) {
        const [resource = '', subresource] = text.replace('*/', 'deployments/').split('/');
        const request = { verb, apiGroup, resource, namespace: 'a', ...(subresource === undefined ? {} : { subresource }) };
        expect(policiesAllow([policy(name)])(request), `${name} ${verb} ${apiGroup}/${text}`).toBe(true);
        const larger = name === 'AmazonEKSViewPolicy' ? ['AmazonEKSEditPolicy', 'AmazonEKSAdminPolicy'] : [];
        for (const more of larger) expect(policiesAllow([policy(more)])(request)).toBe(true);
      }
    }
  }
});

test('View is the 168 triples of Kubernetes view', () => {
  const triples = new Set<string>();
  for (const { apiGroups = [], resources = [], verbs } of ACCESS_POLICIES.get('AmazonEKSViewPolicy') ?? []) {
    for (const group of apiGroups)
      for (const resource of resources) for (const verb of verbs) triples.add(`${group} ${resource} ${verb}`);
  }
  expect(triples.size).toBe(168);
});

test('what is known of a policy', () => {
  expect(accessPolicyRules(arnOf('AmazonEKSComputePolicy'))).toEqual({ unpublished: true });
  expect(accessPolicyRules(arnOf('AmazonEKSNewPolicy'))).toEqual({ unknown: true });
  expect(accessPolicyRules(arnOf('AmazonEKSViewPolicy'), 'aws-cn')).toEqual({ unknown: true });
  expect(accessPolicyRules(arnOf('amazoneksviewpolicy'))).toEqual({ unknown: true });
  expect(accessPolicyRules('arn:aws-moon:eks::aws:cluster-access-policy/AmazonEKSViewPolicy')).toEqual({ unknown: true });
  expect(accessPolicyRules('arn:aws:eks:eu-west-1:aws:cluster-access-policy/AmazonEKSViewPolicy')).toEqual({ unknown: true });
});

test.each([
  ['harbor', 'harbor', 'yes'],
  ['harbor', 'harbor2', 'no'],
  ['dev-*', 'dev-', 'yes'],
  ['dev-*', 'de', 'no'],
  ['*', 'x', 'yes'],
  ['*x', 'ax', 'unknown'],
  ['a*b*c', 'abc', 'unknown'],
  ['a*b*c', 'acb', 'no'],
  ['ab*ba', 'aba', 'no'],
  ['a**', 'b', 'no'],
  ['a**', 'ab', 'unknown'],
] as const)('namespace %s and %s: %s', (pattern, namespace, expected) => {
  expect(matchesNamespace(pattern, namespace)).toBe(expected);
});

describe('reasons', () => {
  test('in the words of the audit annotation where both names are known', () => {
    const holder = { principalArn: 'arn:aws:iam::222222222222:role/ci', uniqueId: 'AROAX' };
    const view = policy('AmazonEKSViewPolicy');
    expect(authorizeAccessPolicies([view], pods, holder).reason).toBe(
      `EKS Access Policy: allowed by ClusterRoleBinding "${holder.principalArn}+${view.policyArn}" of ClusterRole "${view.policyArn}" to User "AROAX"`,
    );
  });
  test('the rule that allowed and the gaps that are in the way', () => {
    const decision = authorizeAccessPolicies([policy('AmazonEKSEventPolicy'), policy('AmazonEKSViewPolicy', 'harbor')], pods);
    expect(decision).toMatchObject({ decision: 'allow', by: { rule: 7, scope: { namespaces: ['harbor'] } }, gaps: [] });
    const unknown = authorizeAccessPolicies([policy('AmazonEKSEventPolicy'), policy('AmazonEKSEventPolicy')], pods);
    expect(unknown.gaps).toMatchObject([{ state: 'unjudged', id: `access-policy:${arnOf('AmazonEKSEventPolicy')}` }]);
  });
});

describe('properties', () => {
  const name = fc.constantFrom(...ACCESS_POLICIES.keys(), ...UNPUBLISHED_POLICIES, 'AmazonEKSNewPolicy');
  const some = fc.array(
    fc.tuple(name, fc.subarray(['harbor', 'dev-*', '*r', 'depot'])).map(([text, namespaces]) => policy(text, ...namespaces)),
    { maxLength: 4 },
  );
  const request: fc.Arbitrary<Attributes> = fc.record({
    verb: fc.constantFrom('get', 'create', 'list', 'patch'),
    apiGroup: fc.constantFrom('', 'apps'),
    resource: fc.constantFrom('pods', 'secrets', 'deployments', 'nodes'),
    namespace: fc.constantFrom('', 'harbor', 'dev-a'),
  });
  const rank = { deny: 0, unknown: 1, allow: 2 };
  test('another policy never takes anything away, and order does not matter', () => {
    fc.assert(
      fc.property(some, some, request, (a, b, attributes) => {
        const alone = authorizeAccessPolicies(a, attributes).decision;
        const both = authorizeAccessPolicies([...a, ...b], attributes).decision;
        expect(rank[both]).toBe(Math.max(rank[alone], rank[authorizeAccessPolicies(b, attributes).decision]));
        expect(authorizeAccessPolicies([...b, ...a], attributes).decision).toBe(both);
      }),
    );
  });
  test('an allow comes from a published policy alone', () => {
    fc.assert(
      fc.property(some, request, (policies, attributes) => {
        const published = policies.filter(({ policyArn }) => 'rules' in accessPolicyRules(policyArn));
        const allowed = authorizeAccessPolicies(policies, attributes).decision === 'allow';
        expect(policiesAllow(published)(attributes)).toBe(allowed);
      }),
    );
  });
});

describe('a wrong line names its field', () => {
  const caller = { arn: 'arn:aws:iam::222222222222:user/a', userId: 'AIDA', accountId: '222222222222' };
  const mapping = { authenticationMode: 'API', awsAuth: null, accessEntries: [], caller };
  test.each([
    ['line must be an object', 7],
    ['caller must be an object', { ...mapping, caller: undefined }],
    ['caller.arn must be a text', { ...mapping, caller: { ...caller, arn: 1 } }],
    ['authenticationMode must be one of', { ...mapping, authenticationMode: 'BOTH' }],
    ['accessEntries[0].principalArn must be a text', { ...mapping, accessEntries: [{}] }],
    ['notCollected[0] must be one of', { ...mapping, notCollected: ['moon'] }],
  ])('%s', (message, line) => {
    expect(() => simulateMapping(line)).toThrow(message);
  });
  test.each([
    ['associatedPolicies must be a list', { verb: 'get', request: {} }],
    ['verb must be a text', { associatedPolicies: [], request: {} }],
    ['request.resource must be a text', { associatedPolicies: [], verb: 'get', request: {} }],
    ['associatedPolicies[0].accessScope must be an object', { associatedPolicies: [{}], verb: 'get', request: {} }],
  ])('%s', (message, line) => {
    expect(() => simulateAccessPolicy(line)).toThrow(message);
  });
});
