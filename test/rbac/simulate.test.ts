import { describe, expect, it } from 'vitest';
import { simulateEscalation, simulateRbac } from '../../src/rules/rbac/index.ts';
import { clusterBinding, clusterRole, manifest, may, User } from './make.ts';

const line = {
  objects: [],
  user: 'mira',
  groups: ['system:authenticated'],
  verb: 'get',
  request: { apiGroup: '', resource: 'pods' },
};
const object = manifest(clusterRole('new', [may('core', 'pods', 'get')]));
const write = { objects: [], user: 'mira', groups: [], operation: 'create', object };

describe('a line of the wrong form is an error that names the field', () => {
  it.each([
    [null, 'the line'],
    [[], 'the line'],
    [{ ...line, user: 7 }, 'user'],
    [{ ...line, groups: 'system:authenticated' }, 'groups'],
    [{ ...line, groups: [1] }, 'groups\\[0\\]'],
    [{ ...line, objects: {} }, 'objects'],
    [{ ...line, verb: undefined }, 'verb'],
    [{ ...line, request: undefined }, 'request'],
    [{ ...line, request: { path: 1 } }, 'request.path'],
    [{ ...line, request: { resource: 'pods' } }, 'request.apiGroup'],
    [{ ...line, request: { apiGroup: '' } }, 'request.resource'],
    [{ ...line, request: { ...line.request, name: 1 } }, 'request.name'],
    [{ ...line, defaults: 'yes' }, 'defaults'],
    [{ ...line, aggregation: 'never' }, 'aggregation'],
  ])('%j: %s', (wrong, field) => {
    expect(() => simulateRbac(wrong)).toThrow(new RegExp(`^${field}: `));
  });

  it.each([
    [{ ...write, operation: 'delete' }, 'operation'],
    [{ ...write, object: 'x' }, 'object'],
    [{ ...write, existing: 'x' }, 'existing'],
    [{ ...write, accessPolicies: {} }, 'accessPolicies'],
    [{ ...write, accessPolicies: [{}] }, 'accessPolicies'],
    [{ ...write, user: undefined }, 'user'],
  ])('%j: %s', (wrong, field) => {
    expect(() => simulateEscalation(wrong)).toThrow(new RegExp(`^${field}: `));
  });
});

describe('an answer says why', () => {
  it('in the words of the 403', () => {
    expect(simulateRbac(line)).toEqual({
      decision: 'deny',
      reason: 'pods is forbidden: User "mira" cannot get resource "pods" in API group "" at the cluster scope',
    });
    const bound = manifest(clusterBinding('b', 'ClusterRole/gone', User('mira')));
    expect(simulateRbac({ ...line, objects: [bound] }).reason).toContain(
      ': RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
    );
  });

  it('takes nulls in a request as absent', () => {
    const request = { apiGroup: '', resource: 'pods', subresource: null, name: null, namespace: null };
    expect(simulateRbac({ ...line, groups: ['system:masters'], request }).decision).toBe('allow');
  });
});

describe('access policies', () => {
  it('are judged by whoever knows them, for the write and for escalate, and are not held', () => {
    const policies = [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy' }];
    const asked: string[] = [];
    const judge =
      (allowed: readonly string[]) =>
      (given: readonly unknown[], { verb }: { readonly verb: string }) => {
        expect(given).toEqual(policies);
        asked.push(verb);
        return allowed.includes(verb);
      };
    const withPolicies = { ...write, accessPolicies: policies };
    expect(simulateEscalation(withPolicies, judge(['create', 'get']))).toMatchObject({
      decision: 'deny',
      missing: [may('core', 'pods', 'get')],
    });
    expect(asked).toEqual(['create', 'escalate']);
    expect(simulateEscalation(withPolicies, judge(['create', 'escalate'])).decision).toBe('allow');
    expect(simulateEscalation(withPolicies, judge([])).decision).toBe('deny');
  });
});
