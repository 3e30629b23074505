import {
  AppsV1Api,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  RbacAuthorizationV1Api,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterApi } from '../../../src/edge/lab/kube/index.ts';
import { testSeat } from './seat.ts';
import { type Listening, listen } from './tls.ts';

describe('the official client for JavaScript', () => {
  let listening: Listening;
  const config = new KubeConfig();

  beforeAll(async () => {
    listening = await listen(makeClusterApi({ ...testSeat({ dev: {} }), now: () => new Date() }));
    config.loadFromOptions({
      clusters: [
        {
          name: 'lab',
          server: listening.url,
          caData: Buffer.from(listening.certificate).toString('base64'),
          skipTLSVerify: false,
        },
      ],
      users: ['admin', 'dev'].map((name) => ({ name, token: name })),
      contexts: ['admin', 'dev'].map((name) => ({ name, cluster: 'lab', user: name })),
      currentContext: 'admin',
    });
  });
  afterAll(() => listening.close());

  it('writes and reads objects', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const namespace = 'default';
    const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'a' }, data: { k: '1' } } });
    const replaced = await core.replaceNamespacedConfigMap({ name: 'a', namespace, body: { ...made, data: { k: '2' } } });
    expect(replaced.data).toEqual({ k: '2' });
    await expect(core.replaceNamespacedConfigMap({ name: 'a', namespace, body: made })).rejects.toMatchObject({ code: 409 });
    expect((await core.listNamespacedConfigMap({ namespace })).items.map(({ metadata }) => metadata?.name)).toEqual(['a']);
    await core.deleteNamespacedConfigMap({ name: 'a', namespace });
    await expect(core.readNamespacedConfigMap({ name: 'a', namespace })).rejects.toMatchObject({ code: 404 });
  });

  it('applies what it does not know the type of', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const labels = { app: 'web' };
    const spec = {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
    };
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec };
    await objects.create(object);
    await objects.patch({ ...object, spec: { ...spec, replicas: 3 } });
    const scale = await config.makeApiClient(AppsV1Api).readNamespacedDeploymentScale({ name: 'web', namespace: 'default' });
    expect(scale.spec?.replicas).toBe(3);
  });

  it('asks what it may, and is refused in Kubernetes words', async () => {
    const whoami = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    expect(whoami.status?.userInfo?.groups).toContain('system:masters');
    const dev = new KubeConfig();
    dev.loadFromString(config.exportConfig());
    dev.setCurrentContext('dev');
    const spec = { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } };
    const asked = await dev.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body: { spec } });
    expect(asked.status?.allowed).toBe(false);
    await expect(dev.makeApiClient(RbacAuthorizationV1Api).listClusterRole()).rejects.toMatchObject({
      code: 403,
      body: expect.stringContaining(
        'cannot list resource \\"clusterroles\\" in API group \\"rbac.authorization.k8s.io\\" at the cluster scope',
      ),
    });
  });

  it('follows objects with an informer', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const namespace = 'kube-public';
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    const told = (event: 'add' | 'update' | 'delete'): Promise<string | undefined> =>
      new Promise((resolve) => informer.on(event, ({ metadata }) => resolve(metadata?.name)));
    const [added, updated, deleted] = [told('add'), told('update'), told('delete')];
    await informer.start();
    try {
      const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'i' } } });
      expect(await added).toBe('i');
      await core.replaceNamespacedConfigMap({ name: 'i', namespace, body: { ...made, data: { a: 'b' } } });
      expect(await updated).toBe('i');
      await core.deleteNamespacedConfigMap({ name: 'i', namespace });
      expect(await deleted).toBe('i');
    } finally {
      await informer.stop();
    }
  });
});
