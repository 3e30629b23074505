import { describe, expect, it } from 'vitest';
import { asking, NAMESPACE, RBAC } from './ask.ts';
import { testSeat } from './seat.ts';

const AUTHZ = '/apis/authorization.k8s.io/v1';
const AUTHN = '/apis/authentication.k8s.io/v1';

function reviewing() {
  const seat = testSeat({
    mira: {
      policies: [
        { policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy', scope: { type: 'cluster', namespaces: [] } },
      ],
    },
  });
  const asked = asking(seat);
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
  const metadata = { name: 'b' };
  asked.ask('POST', `${RBAC}/namespaces/default/rolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef,
    subjects,
  });
  return { ...asked, seat };
}

const may = (verb: string, resource: string, more: object = {}): object => ({
  spec: { resourceAttributes: { verb, resource, ...more } },
});

describe('access reviews', () => {
  it('answer as the request itself would be answered, access policies included', () => {
    const { ask } = reviewing();
    const self = (body: object) => ask('POST', `${AUTHZ}/selfsubjectaccessreviews`, body, { as: 'mira' });
    expect(self(may('list', 'pods', { namespace: 'default' }))).toMatchObject({
      status: 201,
      body: { status: { allowed: true, reason: expect.stringContaining('AmazonEKSViewPolicy') } },
    });
    expect(self(may('list', 'secrets', { namespace: 'default' })).body.status).toEqual({ allowed: false });
    expect(self({ spec: { nonResourceAttributes: { verb: 'get', path: '/version' } } }).body.status.allowed).toBe(true);
    expect(self({ spec: {} })).toMatchObject({ status: 422 });
  });

  it('answer for another subject by RBAC alone, to those who may ask', () => {
    const { ask } = reviewing();
    const of = (user: string) => ({ spec: { user, ...Object(may('list', 'pods', { namespace: 'default' })).spec } });
    expect(ask('POST', `${AUTHZ}/subjectaccessreviews`, of('mira'), { as: 'mira' }).status).toBe(403);
    expect(ask('POST', `${AUTHZ}/subjectaccessreviews`, of('mira')).body.status.allowed).toBe(false);
    expect(ask('POST', `${AUTHZ}/subjectaccessreviews`, of('system:serviceaccount:default:default')).body.status.allowed).toBe(
      true,
    );
    const local = `${AUTHZ}/namespaces/default/localsubjectaccessreviews`;
    expect(ask('POST', local, of('system:serviceaccount:default:default')).body.status.allowed).toBe(true);
    expect(ask('POST', '/apis/authorization.k8s.io/v1/namespaces/kube-system/localsubjectaccessreviews', of('x')).status).toBe(
      422,
    );
    expect(ask('POST', `${AUTHZ}/subjectaccessreviews`, may('get', 'pods')).status).toBe(422);
  });

  it('list what RBAC gives, and say that policies are not in the list', () => {
    const { ask } = reviewing();
    const { status } = ask('POST', `${AUTHZ}/selfsubjectrulesreviews`, { spec: { namespace: 'default' } }, { as: 'mira' }).body;
    expect(status).toMatchObject({
      incomplete: true,
      evaluationError: 'webhook authorizer does not support user rule resolution',
    });
    expect(JSON.stringify(status.resourceRules)).not.toContain('"pods"');
  });

  it('say who somebody is', () => {
    const { ask } = reviewing();
    expect(ask('POST', `${AUTHN}/selfsubjectreviews`, {}, { as: 'mira' }).body.status.userInfo).toEqual({
      username: 'mira',
      uid: 'aws-iam-authenticator:111111111111:mira',
      groups: ['system:authenticated'],
      extra: { arn: ['arn:aws:iam::111111111111:user/mira'] },
    });
    expect(ask('GET', `${AUTHN}/selfsubjectreviews`).status).toBe(405);
  });
});

describe('tokens of service accounts', () => {
  const tokens = `${NAMESPACE}/serviceaccounts/default/token`;

  it('work until they expire, and as long as the account is there', () => {
    const { ask, seat } = reviewing();
    const { body, status } = ask('POST', tokens, { spec: { expirationSeconds: 600 } });
    expect(status).toBe(201);
    const { token, expirationTimestamp } = body.status;
    expect(expirationTimestamp).toBe('2026-11-25T12:10:00Z');
    const list = (): number => ask('GET', `${NAMESPACE}/pods`, undefined, { as: token }).status;
    expect(list()).toBe(200);
    expect(ask('GET', '/api/v1/namespaces/kube-system/pods', undefined, { as: token }).body.message).toContain(
      'User "system:serviceaccount:default:default" cannot list',
    );
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, { as: `${token}x` }).status).toBe(401);
    seat.pass(600);
    expect(list()).toBe(401);
    const again = ask('POST', tokens, { spec: {} }).body.status.token;
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, { as: again }).status).toBe(200);
    ask('DELETE', `${NAMESPACE}/serviceaccounts/default`);
    ask('POST', `${NAMESPACE}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, { as: again }).status).toBe(401);
  });

  it('are for an audience, and bound to a pod where they are asked to be', () => {
    const { ask } = reviewing();
    const foreign = ask('POST', tokens, { spec: { audiences: ['sts.amazonaws.com'] } }).body.status.token;
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, { as: foreign }).status).toBe(401);
    const reviewed = (audiences: readonly string[]) =>
      ask('POST', `${AUTHN}/tokenreviews`, { spec: { token: foreign, audiences } }).body.status;
    expect(reviewed(['sts.amazonaws.com'])).toMatchObject({
      authenticated: true,
      user: { username: 'system:serviceaccount:default:default' },
      audiences: ['sts.amazonaws.com'],
    });
    expect(reviewed([])).toMatchObject({ user: {}, error: expect.any(String) });
    ask('POST', `${NAMESPACE}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const bound = ask('POST', tokens, { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } } }).body.status
      .token;
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, { as: bound }).status).toBe(200);
    ask('DELETE', `${NAMESPACE}/pods/p`);
    expect(ask('GET', `${NAMESPACE}/pods`, undefined, { as: bound }).status).toBe(401);
    expect(ask('POST', tokens, { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } } }).status).toBe(404);
  });

  it('are refused for times that Kubernetes does not give, and to who may not ask', () => {
    const { ask } = reviewing();
    expect(ask('POST', tokens, { spec: { expirationSeconds: 60 } }).body.message).toBe(
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    );
    expect(ask('POST', tokens, { spec: {} }, { as: 'mira' }).status).toBe(403);
    expect(ask('POST', `${NAMESPACE}/serviceaccounts/none/token`, { spec: {} }).status).toBe(404);
  });
});
