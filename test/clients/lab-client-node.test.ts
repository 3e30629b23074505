import { join } from 'node:path';
import {
  AppsV1Api,
  AuthenticationV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
} from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { askLab } from '../loopback/lab.ts';
import { labBeside } from './beside.ts';
import { ring } from './client.ts';

const TARGET = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const CAUSEWAY = join(import.meta.dirname, '../../tools/causeway.ts');
const LONG = 300_000;
const namespace = 'my-app-ns';

/** A kubeconfig as far as these tests change it. */
interface Written {
  readonly users: readonly {
    readonly name: string;
    readonly user: { readonly exec: { args: string[]; command: string; env?: unknown } };
  }[];
}

const lab = labBeside();

/** The kubeconfig of somebody, whose plugin is `aws` as it stands, or `causeway` in its place with the same arguments. */
async function configOf(as: string, plugin: 'aws' | 'causeway', role?: string): Promise<KubeConfig> {
  const env = Object.entries(await lab.shell(as)).map(([name, value]) => ({ name, value }));
  const { kubeconfig } = await askLab<{ readonly kubeconfig: string }>(lab, 'kubeconfig', { role });
  const written = parse(kubeconfig) as Written;
  for (const { user } of written.users) {
    user.exec.env = env;
    if (plugin === 'aws') continue;
    user.exec.args = [CAUSEWAY, 'token', ...user.exec.args.filter((word) => word !== 'eks' && word !== 'get-token')];
    user.exec.command = process.execPath;
  }
  const config = new KubeConfig();
  config.loadFromString(JSON.stringify(written));
  return config;
}

const web = (image: string) => {
  const labels = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
    },
  };
};

const pod = (name: string): V1Pod => ({ metadata: { name }, spec: { containers: [{ name: 'a', image: 'a:1' }] } });

describe('with @kubernetes/client-node and the plugin causeway token', () => {
  it('the pipeline writes in its namespace, and is refused elsewhere', { timeout: LONG }, async () => {
    const config = await configOf('222222222222/ci-runner', 'causeway', TARGET);
    const core = config.makeApiClient(CoreV1Api);
    const { status } = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    expect(status?.userInfo?.username).toMatch(/^arn:aws:sts::111111111111:assumed-role\/ci-deploys-my-app\//);
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'settings' }, data: { color: 'blue' } } });
    const change = { name: 'settings', namespace, body: { data: { size: 'xl' } } };
    const patched = await core.patchNamespacedConfigMap(change, setHeaderOptions('content-type', PatchStrategy.MergePatch));
    expect(patched.data).toEqual({ color: 'blue', size: 'xl' });
    const objects = KubernetesObjectApi.makeApiClient(config);
    await objects.patch(web('web:1'), undefined, undefined, 'tests', true, PatchStrategy.ServerSideApply);
    await objects.patch(web('web:2'), undefined, undefined, 'tests', true, PatchStrategy.ServerSideApply);
    const read = await config.makeApiClient(AppsV1Api).readNamespacedDeployment({ name: 'web', namespace });
    expect(read.spec?.template.spec?.containers[0]?.image).toBe('web:2');
    await expect(core.listNamespacedPod({ namespace: 'default' })).rejects.toMatchObject({
      code: 403,
      body: expect.stringContaining('cannot list resource \\"pods\\" in API group \\"\\" in the namespace \\"default\\"'),
    });
  });

  it('the pipeline is told of changes as they come', { timeout: LONG }, async () => {
    const config = await configOf('222222222222/ci-runner', 'causeway', TARGET);
    const core = config.makeApiClient(CoreV1Api);
    await core.createNamespacedPod({ namespace, body: pod('first') });
    const seen: string[] = [];
    const waiting = new Set<() => void>();
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () => core.listNamespacedPod({ namespace }));
    for (const event of ['add', 'update', 'delete'] as const) {
      informer.on(event, ({ metadata }) => {
        seen.push(`${event} ${metadata?.name}`);
        for (const look of waiting) look();
      });
    }
    const saw = (what: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!seen.includes(what)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    try {
      await informer.start();
      await saw('add first');
      await core.createNamespacedPod({ namespace, body: pod('second') });
      await saw('add second');
      const second = await core.readNamespacedPod({ name: 'second', namespace });
      const labels = { checked: 'yes' };
      await core.replaceNamespacedPod({
        name: 'second',
        namespace,
        body: { ...second, metadata: { ...second.metadata, labels } },
      });
      await saw('update second');
      await core.deleteNamespacedPod({ name: 'second', namespace });
      await saw('delete second');
    } finally {
      await informer.stop();
    }
  });

  it('a stranger gets no token', { timeout: LONG }, async () => {
    const config = await configOf('333333333333/SecurityAudit', 'causeway', TARGET);
    await expect(config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace })).rejects.toThrow();
  });
});

ring('aws', ['--version'], () => {
  it('with @kubernetes/client-node and the plugin aws eks get-token', { timeout: LONG }, async () => {
    const audit = await configOf('333333333333/SecurityAudit', 'aws', TARGET.replace('ci-deploys-my-app', 'security-audits'));
    const core = audit.makeApiClient(CoreV1Api);
    expect((await core.listPodForAllNamespaces()).kind).toBe('PodList');
    await expect(core.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
    await expect(core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'x' } } })).rejects.toMatchObject({
      code: 403,
    });
  });
});
