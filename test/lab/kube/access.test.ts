import { describe, expect, it } from 'vitest';
import { readTarget } from '../../../src/edge/lab/kube/call.ts';
import { asking, configMap, NAMESPACE, RBAC } from './ask.ts';
import { testSeat } from './seat.ts';

const policy = (name: string, ...namespaces: readonly string[]) => ({
  policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
  scope: { type: namespaces.length === 0 ? 'cluster' : 'namespace', namespaces },
});

function binding(name: string, role: string, user: string): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'User', name: user }],
  };
}

const bindings = `${RBAC}/namespaces/default/rolebindings`;

describe('who asks', () => {
  it.each([
    ['no token', null, {}],
    ['a token of nobody', 'stranger', {}],
    ['another scheme', null, { authorization: 'Basic YTpi' }],
  ])('answers %s with 401, and tells why only the log', (_, as, headers) => {
    const seat = testSeat();
    const got = asking(seat).ask('GET', `${NAMESPACE}/pods`, undefined, { as, headers });
    expect(got).toMatchObject({
      status: 401,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      },
    });
    expect(seat.logged).toMatchObject([
      { decision: 'deny', status: 401, reason: expect.stringMatching(/no such user|no token/) },
    ]);
  });

  it('lets the public ask for its health alone since 1.32, and before for what RBAC gives it', () => {
    const now = asking(testSeat({}, [], '1.33'));
    expect(now.ask('GET', '/healthz', undefined, { as: null })).toMatchObject({ status: 200, body: 'ok' });
    expect(now.ask('GET', '/version', undefined, { as: null }).status).toBe(401);
    const before = asking(testSeat({}, [], '1.30'));
    expect(before.ask('GET', '/version', undefined, { as: null }).status).toBe(200);
    expect(before.ask('GET', '/api', undefined, { as: null }).body.message).toBe(
      'forbidden: User "system:anonymous" cannot get path "/api"',
    );
  });
});

describe('who may', () => {
  it.each([
    [
      'GET',
      `${NAMESPACE}/pods`,
      'pods is forbidden: User "mira" cannot list resource "pods" in API group "" in the namespace "default"',
      { kind: 'pods' },
    ],
    [
      'GET',
      '/apis/apps/v1/namespaces/dev/deployments/web',
      'deployments.apps "web" is forbidden: User "mira" cannot get resource "deployments" in API group "apps" in the namespace "dev"',
      { name: 'web', group: 'apps', kind: 'deployments' },
    ],
    [
      'GET',
      '/api/v1/nodes',
      'nodes is forbidden: User "mira" cannot list resource "nodes" in API group "" at the cluster scope',
      { kind: 'nodes' },
    ],
    [
      'POST',
      `${NAMESPACE}/pods/p/exec`,
      'pods "p" is forbidden: User "mira" cannot create resource "pods/exec" in API group "" in the namespace "default"',
      { name: 'p', kind: 'pods' },
    ],
    [
      'DELETE',
      `${NAMESPACE}/secrets`,
      'secrets is forbidden: User "mira" cannot deletecollection resource "secrets" in API group "" in the namespace "default"',
      { kind: 'secrets' },
    ],
    [
      'GET',
      '/apis/no.such.group/v1/things',
      'things.no.such.group is forbidden: User "mira" cannot list resource "things" in API group "no.such.group" at the cluster scope',
      { group: 'no.such.group', kind: 'things' },
    ],
    ['GET', '/metrics', 'forbidden: User "mira" cannot get path "/metrics"', {}],
  ])('refuses %s %s in the words of Kubernetes', (method, target, message, details) => {
    const seat = testSeat({ mira: {} });
    expect(asking(seat).ask(method, target, {}, { as: 'mira' })).toMatchObject({
      status: 403,
      body: { kind: 'Status', reason: 'Forbidden', code: 403, message, details },
    });
    expect(seat.logged).toMatchObject([{ caller: 'mira', decision: 'deny', status: 403 }]);
  });

  it('asks RBAC anew at each request', () => {
    const seat = testSeat({ mira: {} });
    const { ask } = asking(seat);
    const list = (): number => ask('GET', `${NAMESPACE}/configmaps`, undefined, { as: 'mira' }).status;
    expect(list()).toBe(403);
    ask('POST', bindings, binding('b', 'view', 'mira'));
    expect(list()).toBe(200);
    expect(seat.logged.at(-1)).toMatchObject({
      operation: 'list configmaps -n default',
      decision: 'allow',
      reason: 'RBAC: allowed by RoleBinding "b/default" of ClusterRole "view" to User "mira"',
    });
    ask('DELETE', `${bindings}/b`);
    expect(list()).toBe(403);
  });

  it('keeps view, edit and admin together from the roles that are labelled for them', () => {
    const { ask } = asking(testSeat({ mira: {} }));
    ask('POST', bindings, binding('b', 'view', 'mira'));
    const nodes = '/apis/crd.k8s.amazonaws.com/v1/namespaces/default/eniconfigs';
    expect(ask('GET', nodes, undefined, { as: 'mira' }).status).toBe(403);
    const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
    const rules = [{ apiGroups: ['crd.k8s.amazonaws.com'], resources: ['eniconfigs'], verbs: ['list'] }];
    ask('POST', `${RBAC}/clusterroles`, {
      kind: 'ClusterRole',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'more', labels },
      rules,
    });
    expect(ask('GET', nodes, undefined, { as: 'mira' }).status).toBe(404);
    ask('DELETE', `${RBAC}/clusterroles/more`);
    expect(ask('GET', nodes, undefined, { as: 'mira' }).status).toBe(403);
  });

  it('lets access policies allow in their scope, and never by a policy that nobody can judge', () => {
    const seat = testSeat({
      view: { policies: [policy('AmazonEKSViewPolicy', 'default')] },
      odd: { policies: [policy('AmazonEKSAutoNodePolicy')] },
      china: {
        policies: [
          {
            ...policy('AmazonEKSClusterAdminPolicy'),
            policyArn: 'arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
          },
        ],
      },
    });
    const { ask } = asking(seat);
    const as = (user: string, target: string): number => ask('GET', target, undefined, { as: user }).status;
    expect(as('view', `${NAMESPACE}/pods`)).toBe(200);
    expect(as('view', '/api/v1/namespaces/kube-system/pods')).toBe(403);
    expect(as('view', `${NAMESPACE}/secrets`)).toBe(403);
    expect(as('odd', `${NAMESPACE}/pods`)).toBe(403);
    expect(seat.logged.at(-1)?.reason).toContain('not judged, so not allowed');
    expect(as('china', `${NAMESPACE}/pods`)).toBe(403);
  });
});

describe('impersonation', () => {
  const seat = () => testSeat({ mira: {}, boss: { policies: [policy('AmazonEKSClusterAdminPolicy')] } });

  it('asks for the right to it, user by user and group by group', () => {
    const { ask } = asking(seat());
    const as = { as: 'mira', headers: { 'Impersonate-User': 'bob' } };
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, as)).toMatchObject({
      status: 403,
      body: {
        message: 'users "bob" is forbidden: User "mira" cannot impersonate resource "users" in API group "" at the cluster scope',
      },
    });
    const rules = [{ apiGroups: [''], resources: ['users'], resourceNames: ['bob'], verbs: ['impersonate'] }];
    ask('POST', `${RBAC}/clusterroles`, {
      kind: 'ClusterRole',
      apiVersion: 'rbac.authorization.k8s.io/v1',
      metadata: { name: 'as-bob' },
      rules,
    });
    ask('POST', `${RBAC}/clusterrolebindings`, { ...binding('as-bob', 'as-bob', 'mira'), kind: 'ClusterRoleBinding' });
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, as).body.message).toContain('User "bob" cannot list');
    const grouped = { as: 'mira', headers: { 'Impersonate-User': 'bob', 'Impersonate-Group': ['system:masters'] } };
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, grouped).body.message).toContain('cannot impersonate resource "groups"');
  });

  it('loses the access policies of the one who impersonates', () => {
    const { ask } = asking(seat());
    expect(ask('GET', `${NAMESPACE}/secrets`, undefined, { as: 'boss' }).status).toBe(200);
    expect(ask('GET', `${NAMESPACE}/secrets`, undefined, { as: 'boss', headers: { 'Impersonate-User': 'boss' } }).status).toBe(
      403,
    );
  });

  it('refuses groups without a user, and says in the log who acts as whom', () => {
    const of = seat();
    const { ask } = asking(of);
    expect(ask('GET', '/api', undefined, { headers: { 'Impersonate-Group': 'g' } }).status).toBe(400);
    ask('GET', `${NAMESPACE}/pods`, undefined, { headers: { 'Impersonate-User': 'jane' } });
    expect(of.logged.at(-1)).toMatchObject({ caller: 'admin as jane', decision: 'deny' });
  });
});

describe('escalation', () => {
  const role = (name: string, verbs: readonly string[] = ['get']): object => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name },
    rules: [{ apiGroups: [''], resources: ['secrets'], verbs }],
  });
  const roles = `${RBAC}/namespaces/default/roles`;

  function withWriter() {
    const asked = asking(
      testSeat({
        mira: {},
        boss: { policies: [policy('AmazonEKSAdminPolicy')] },
        god: { policies: [policy('AmazonEKSClusterAdminPolicy')] },
      }),
    );
    const rules = [
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'patch', 'get'] },
    ];
    asked.ask('POST', roles, { ...role('writer'), rules });
    asked.ask('POST', bindings, {
      ...binding('writer', 'writer', 'mira'),
      roleRef: { kind: 'Role', name: 'writer', apiGroup: 'rbac.authorization.k8s.io' },
    });
    return asked;
  }

  it('refuses to grant what the writer does not hold, by whichever verb', () => {
    const { ask } = withWriter();
    expect(ask('POST', roles, role('r'), { as: 'mira' })).toMatchObject({
      status: 403,
      body: {
        message:
          'roles.rbac.authorization.k8s.io "r" is forbidden: user "mira" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
      },
    });
    ask('POST', roles, { ...role('r'), rules: [] });
    const patches: readonly (readonly [string, unknown])[] = [
      ['application/merge-patch+json', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }],
      ['application/strategic-merge-patch+json', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }],
      [
        'application/json-patch+json',
        [{ op: 'add', path: '/rules', value: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }],
      ],
      ['application/apply-patch+yaml', { ...role('r', ['*']) }],
    ];
    for (const [type, body] of patches) {
      const got = ask('PATCH', `${roles}/r?fieldManager=m&force=${type.includes('apply')}`, body, { as: 'mira', type });
      expect(got.status, type).toBe(403);
      expect(got.body.message).toContain('is attempting to grant RBAC permissions not currently held');
    }
    expect(ask('GET', `${roles}/r`).body.rules ?? []).toEqual([]);
    expect(ask('POST', bindings, binding('up', 'cluster-admin', 'mira'), { as: 'mira' }).status).toBe(403);
  });

  it('lets a patch through that grants nothing new, though the writer may not update', () => {
    const { ask } = withWriter();
    ask('POST', roles, { ...role('r'), rules: [] });
    const got = ask(
      'PATCH',
      `${roles}/r`,
      { metadata: { labels: { a: 'b' } } },
      { as: 'mira', type: 'application/merge-patch+json' },
    );
    expect(got.status).toBe(200);
    expect(ask('PUT', `${roles}/r`, role('r'), { as: 'mira' }).status).toBe(403);
  });

  it('counts what access policies give as held only through bind and escalate', () => {
    const { ask } = withWriter();
    expect(ask('POST', roles, role('r'), { as: 'boss' }).status).toBe(403);
    expect(ask('POST', roles, role('r'), { as: 'god' }).status).toBe(201);
  });

  it('needs the right to create for a patch that makes the object', () => {
    const { ask } = asking(testSeat({ mira: {} }));
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }];
    ask('POST', roles, { ...role('patcher'), rules });
    ask('POST', bindings, {
      ...binding('patcher', 'patcher', 'mira'),
      roleRef: { kind: 'Role', name: 'patcher', apiGroup: 'rbac.authorization.k8s.io' },
    });
    const apply = { as: 'mira', type: 'application/apply-patch+yaml' };
    expect(ask('PATCH', `${NAMESPACE}/configmaps/a?fieldManager=m`, configMap('a'), apply)).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('cannot create resource "configmaps"') },
    });
    ask('POST', `${NAMESPACE}/configmaps`, configMap('a'));
    expect(ask('PATCH', `${NAMESPACE}/configmaps/a?fieldManager=m`, configMap('a'), apply).status).toBe(200);
  });

  it('lets nobody change a roleRef or bind wrongly', () => {
    const { ask } = asking(testSeat());
    ask('POST', bindings, binding('b', 'view', 'mira'));
    expect(ask('PUT', `${bindings}/b`, binding('b', 'edit', 'mira'))).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('cannot change roleRef') },
    });
    const bad = {
      ...binding('c', 'view', 'mira'),
      kind: 'ClusterRoleBinding',
      roleRef: { kind: 'Role', name: 'x', apiGroup: 'rbac.authorization.k8s.io' },
    };
    expect(ask('POST', `${RBAC}/clusterrolebindings`, bad).status).toBe(422);
    expect(ask('POST', bindings, binding('none', 'no-such-role', 'x')).status).toBe(201);
  });
});

describe('paths that mean two things', () => {
  it.each([
    '/api/v1//pods',
    '/api/v1/namespaces/default/pods/p/log/extra',
    '/api/v1/namespaces/default/nodes',
    '/api/v1/pods/p',
    '/api/v1/namespaces/default/pods/p/nothing',
    '/api/v2/pods',
    '/apis/v1/pods/x',
    '/api/v1/watch/namespaces/default/pods',
    '/apis/apps/v1',
    '/apis/apps/v1beta1',
    '/apis/nothing',
    '/nothing',
  ])('serves nothing under %s but what it is', (target) => {
    const got = asking(testSeat()).ask('GET', target);
    expect(got.status).toBe(target === '/apis/apps/v1' ? 200 : 404);
  });

  it('authorizes the decoded path', () => {
    const { ask } = asking(testSeat({ mira: {} }));
    ask('POST', bindings, binding('b', 'view', 'mira'));
    const got = ask('GET', '/api/v1/namespaces/default%2Fsecrets', undefined, { as: 'mira' });
    expect(got.body.message).toContain('cannot list resource "secrets"');
    expect(() => readTarget('/api/v1/namespaces/%ff/pods')).toThrow('the path is not well encoded');
  });
});
