import { describe, expect, it } from 'vitest';
import { authorize, type Binding, compileRbac, forbidden, type Role, ruleAllows } from '../../src/rules/rbac/index.ts';
import { Account, ask, binding, clusterBinding, clusterRole, Group, may, mayPath, role, User, user } from './make.ts';

const ROLES: readonly Role[] = [
  clusterRole('reader', [may('core', 'secrets', 'get'), may('core', 'pods', 'get list')]),
  role('harbor', 'deployer', [may('apps', 'deployments', '*')]),
];
const BINDINGS: readonly Binding[] = [
  binding('harbor', 'here', 'Role/deployer', User('mira')),
  clusterBinding('everywhere', 'ClusterRole/reader', Group('auditors'), User('mira')),
  clusterBinding('later', 'ClusterRole/reader', User('mira')),
  binding('harbor', 'robots', 'ClusterRole/reader', Account('robot')),
  clusterBinding('gone', 'ClusterRole/gone', User('olga')),
  binding('harbor', 'gone-too', 'Role/gone', User('olga')),
  clusterBinding('wrong', 'Role/deployer', User('olga')),
  binding('harbor', 'odd', 'Sailor/x', User('finn')),
];
const index = compileRbac(ROLES, BINDINGS);

describe('reasons are in the words of Kubernetes', () => {
  it.each([
    ['mira', 'get harbor core pods a', 'RBAC: allowed by ClusterRoleBinding "everywhere" of ClusterRole "reader" to User "mira"'],
    ['mira', 'create harbor apps deployments', 'RBAC: allowed by RoleBinding "here/harbor" of Role "deployer" to User "mira"'],
    ['mira', 'create depot apps deployments', ''],
    [
      'system:serviceaccount:harbor:robot',
      'list harbor core pods',
      'RBAC: allowed by RoleBinding "robots/harbor" of ClusterRole "reader" to ServiceAccount "robot/harbor"',
    ],
    [
      'olga',
      'list harbor core pods',
      'RBAC: [clusterrole.rbac.authorization.k8s.io "gone" not found, role.rbac.authorization.k8s.io "deployer" not found, role.rbac.authorization.k8s.io "gone" not found]',
    ],
    [
      'olga',
      'list - core pods',
      'RBAC: [clusterrole.rbac.authorization.k8s.io "gone" not found, role.rbac.authorization.k8s.io "deployer" not found]',
    ],
    ['finn', 'list harbor core pods', 'RBAC: unsupported role reference kind: "Sailor"'],
  ])('%s: %s', (name, request, reason) => {
    const answer = authorize(index, user(name), ask(request));
    expect(answer.reason).toBe(reason);
    expect(answer.decision).toBe(reason.includes('allowed by') ? 'allow' : 'deny');
  });

  it('names the first subject of the binding that applies', () => {
    const answer = authorize(index, user('mira', 'auditors'), ask('get - core secrets s'));
    expect(answer.by).toMatchObject({ rule: 0, subject: { kind: 'Group', name: 'auditors' }, role: { name: 'reader' } });
  });

  it('lets system:masters through without a rule', () => {
    expect(authorize(compileRbac([], []), user('x', 'system:masters'), { verb: 'get', path: '/metrics' })).toMatchObject({
      decision: 'allow',
      masters: true,
    });
  });

  it('never means anybody by an empty name', () => {
    const all = compileRbac(ROLES, [clusterBinding('b', 'ClusterRole/reader', User(''), Group(''), Account('robot'))]);
    expect(authorize(all, { name: '', groups: [''] }, ask('get - core pods a')).decision).toBe('deny');
  });

  it('takes the later of two roles with one name', () => {
    const twice = compileRbac([...ROLES, clusterRole('reader', [])], BINDINGS);
    expect(authorize(twice, user('mira'), ask('get - core pods a')).decision).toBe('deny');
  });
});

describe('a rule', () => {
  it.each([
    [may('core', 'pods', 'get', 'a'), ask('list x core pods'), false],
    [{ ...may('core', 'pods', 'list'), resourceNames: [''] }, ask('list x core pods'), true],
    [may('core', '*/log', 'get'), ask('get x core pods/log a'), true],
    [may('core', '*/log', 'get'), ask('get x core pods a'), false],
    [may('core', '*/*', 'get'), ask('get x core pods/log a'), false],
    [may('core', 'pods/*', 'get'), ask('get x core pods/log a'), false],
    [mayPath('/a**'), { verb: 'get', path: '/ab' }, true],
    [mayPath('/a/*'), { verb: 'get', path: '/a' }, false],
    [mayPath('*'), { verb: 'get', path: '' }, true],
    [{ ...mayPath('*'), apiGroups: ['*'] }, ask('get x core pods a'), false],
    [may('*', '*', '*'), { verb: 'get', path: '/a' }, false],
  ])('%j asked %j: %s', (rule, attributes, expected) => {
    expect(ruleAllows(rule, attributes)).toBe(expected);
  });
});

describe('the 403 message', () => {
  it.each([
    [ask('list dev core pods'), 'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "dev"'],
    [
      ask('get dev apps deployments web'),
      'deployments.apps "web" is forbidden: User "u" cannot get resource "deployments" in API group "apps" in the namespace "dev"',
    ],
    [ask('list - core nodes'), 'nodes is forbidden: User "u" cannot list resource "nodes" in API group "" at the cluster scope'],
    [
      ask('create dev core pods/exec p'),
      'pods "p" is forbidden: User "u" cannot create resource "pods/exec" in API group "" in the namespace "dev"',
    ],
    [{ verb: 'get', path: '/metrics' }, 'forbidden: User "u" cannot get path "/metrics"'],
  ])('%j', (attributes, expected) => {
    expect(forbidden('u', attributes)).toBe(expected);
    expect(forbidden('u', attributes, 'RBAC: x')).toBe(`${expected}: RBAC: x`);
  });
});
