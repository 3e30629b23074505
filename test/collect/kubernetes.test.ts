import { beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../src/edge/collect/index.ts';
import * as kube from '../../src/edge/kube/index.ts';
import { type ApiAnswer, type ApiRequest, type ApiServer, apiFailure, startApiServer } from '../loopback/api-server.ts';
import { type Front, jsonRefusal, queryRefusal, startFront } from '../loopback/front.ts';
import { inventoryOf, PLATFORM, PROD, requestFor, worldOf } from './world.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const AWS_AUTH = '/api/v1/namespaces/kube-system/configmaps/aws-auth';

/** One object of each kind, as an API server lists them: without their kind. */
function usual({ path, query }: ApiRequest): ApiAnswer {
  if (path === AWS_AUTH) {
    const metadata = { name: 'aws-auth', namespace: 'kube-system', managedFields: [{ manager: 'kubectl' }] };
    return { status: 200, body: { kind: 'ConfigMap', apiVersion: 'v1', metadata, data: { mapRoles: '' } } };
  }
  const kind = path.split('/').at(-1) ?? '';
  const group = path.startsWith(RBAC) ? 'rbac.authorization.k8s.io/v1' : 'v1';
  const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'a' };
  const item = (name: string) => ({
    metadata: { name, ...(/^(roles|rolebindings|serviceaccounts)$/.test(kind) ? { namespace: 'default' } : {}) },
    ...(kind.endsWith('bindings') ? { roleRef: role, subjects: [] } : kind.endsWith('roles') ? { rules: [] } : {}),
  });
  const second = query.get('continue') === 'two';
  const paged = kind === 'namespaces' && query.has('limit');
  const metadata = paged && !second ? { continue: 'two' } : {};
  const items = kind !== 'namespaces' ? ['first'] : !paged ? ['first', 'second'] : [second ? 'second' : 'first'];
  return { status: 200, body: { kind: 'List', apiVersion: group, metadata, items: items.map(item) } };
}

let server: ApiServer;
let front: Front;
let answer: (request: ApiRequest) => ApiAnswer = usual;
beforeEach(async () => {
  answer = usual;
  server = await startApiServer((request) => answer(request));
  front = await startFront(
    () => '',
    ({ operation, service }) => {
      if (operation === 'DescribeCluster') {
        const authority = { certificateAuthority: { data: server.ca }, accessConfig: { authenticationMode: 'CONFIG_MAP' } };
        const cluster = { name: 'prod', arn: PROD, status: 'ACTIVE', endpoint: server.url, ...authority };
        return { status: 200, body: JSON.stringify({ cluster }) };
      }
      if (service !== 'sts')
        return service === 'iam' ? queryRefusal(403, 'AccessDenied') : jsonRefusal(403, 'AccessDeniedException');
      const result = `<Arn>arn:aws:iam::${PLATFORM}:user/reader</Arn><UserId>AIDA</UserId><Account>${PLATFORM}</Account>`;
      const body = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
      return { status: 200, body, headers: { 'content-type': 'text/xml' } };
    },
  );
  return () => Promise.all([server.close(), front.close()]);
});

async function read(given: (request: ApiRequest) => ApiAnswer | undefined, more = {}) {
  answer = (request) => given(request) ?? usual(request);
  const env = { AWS_ENDPOINT_URL: front.url, AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x' };
  const collection = await collect(requestFor(), worldOf(env, more));
  const [cluster] = inventoryOf(collection).clusters;
  const missing = collection.missing.filter(({ call }) => call?.startsWith('kubernetes'));
  const rbac = cluster?.rbac();
  const gaps = rbac?.state === 'collected' ? rbac.value.gaps.map(({ id }) => id.split(':')[0]) : rbac?.state;
  return { collection, cluster, missing, gaps };
}

test('pages are put together, nothing is asked twice, and managed fields are left out', async () => {
  const { collection, cluster, missing, gaps } = await read(() => undefined);
  expect([missing, gaps]).toEqual([[], []]);
  expect(cluster?.namespaces()).toEqual({ state: 'collected', value: ['first', 'second'] });
  expect(cluster?.awsAuth().state).toBe('collected');
  expect(server.asked.length).toBe(1 + 6 + 1);
  expect(collection.files.filter(({ text }) => text.includes('managedFields'))).toEqual([]);
  expect(new Set(server.asked.map(({ token }) => token.slice(0, 11)))).toEqual(new Set(['k8s-aws-v1.']));
});

test('no aws-auth is known to be none', async () => {
  const { cluster, missing } = await read(({ path }) => (path === AWS_AUTH ? apiFailure(404, 'NotFound') : undefined));
  expect([missing, cluster?.awsAuth()]).toEqual([[], { state: 'collected', value: null }]);
});

describe('what is denied is a gap of its own', () => {
  const denied = (part: string) =>
    read(({ path }) => (path.endsWith(`/${part}`) ? apiFailure(403, 'Forbidden', `${part} is forbidden`) : undefined));
  test.each(['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'])('%s', async (part) => {
    const { missing, gaps, cluster } = await denied(part);
    expect(missing).toMatchObject([{ part, state: 'refused', call: `kubernetes:list ${part}` }]);
    expect(gaps).toEqual([part]);
    expect(cluster?.awsAuth().state).toBe('collected');
  });
  test('namespaces', async () => {
    const { cluster, gaps } = await denied('namespaces');
    expect([cluster?.namespaces().state, gaps]).toEqual(['refused', []]);
  });
  test('aws-auth', async () => {
    const { cluster, gaps } = await denied('aws-auth');
    expect([cluster?.awsAuth().state, gaps]).toEqual(['refused', []]);
  });
});

test('a server that throttles or fails for a moment is asked again', async () => {
  const { missing } = await read(({ path, nth }) => {
    if (path.endsWith('/roles') && nth < 3) return apiFailure(429, 'TooManyRequests');
    if (path.endsWith('/clusterroles') && nth < 3) return apiFailure(500, 'InternalError');
    return path.endsWith('/rolebindings') && nth === 1 ? 'cut' : undefined;
  });
  expect(missing).toEqual([]);
});

test('a token that it does not take any more is made anew once', async () => {
  const { missing } = await read(({ path, nth }) =>
    path === AWS_AUTH && nth === 1 ? apiFailure(401, 'Unauthorized') : undefined,
  );
  expect(missing).toEqual([]);
  const never = await read(() => apiFailure(401, 'Unauthorized'));
  expect(never.missing).toMatchObject([{ path: `accounts/${PLATFORM}/eks/eu-west-1/prod/kubernetes`, state: 'refused' }]);
  expect(never.cluster?.rbac().state).toBe('refused');
});

test('a list that changed too much under its pages is read as a whole', async () => {
  const { missing, cluster } = await read(({ path, query }) =>
    path.endsWith('/namespaces') && query.has('continue') ? apiFailure(410, 'Expired') : undefined,
  );
  expect(missing).toEqual([]);
  expect(cluster?.namespaces()).toEqual({ state: 'collected', value: ['first', 'second'] });
  const never = await read(({ path, query }) => {
    if (!path.endsWith('/namespaces')) return undefined;
    if (query.has('continue')) return apiFailure(410, 'Expired');
    return { status: 200, body: { kind: 'List', apiVersion: 'v1', metadata: { continue: 'two' }, items: [] } };
  });
  expect(never.missing).toMatchObject([{ part: 'namespaces', state: 'notCollected' }]);
});

test('pages that go round, and a server that never answers', async () => {
  const round = await read(({ path }) =>
    path.endsWith('/serviceaccounts')
      ? { status: 200, body: { kind: 'List', apiVersion: 'v1', metadata: { continue: 'again' }, items: [] } }
      : undefined,
  );
  expect(round.missing).toMatchObject([{ part: 'serviceaccounts', state: 'notCollected' }]);
  const impatient = { ...kube, kubeReader: (access: kube.KubeAccess) => kube.kubeReader(access, 50) };
  const silent = await read(() => 'hang', { kube: impatient });
  expect(silent.missing).toMatchObject([{ state: 'notCollected', error: expect.stringContaining('no answer') }]);
  expect(silent.cluster?.rbac().state).toBe('notCollected');
});

test('what is no API server is not believed, and its words are not repeated', async () => {
  const { missing, cluster } = await read(() => ({ status: 403, body: { canary: 'log in here' } }));
  expect(missing).toHaveLength(1);
  expect(JSON.stringify(missing)).not.toContain('log in here');
  expect(cluster?.rbac().state).not.toBe('collected');
});
