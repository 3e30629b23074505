import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClusterApi } from '../../src/edge/lab/kube/index.ts';
import { testSeat } from '../lab/kube/seat.ts';
import { type Listening, listen } from '../lab/kube/tls.ts';
import { beside, type Ended } from './beside.ts';
import { ring } from './client.ts';
import { kubectls } from './kubectls.ts';

const KUBECTL = 'kubectl';

ring('kubectl', ['version', '--client'], () => {
  let listening: Listening;
  let folder: string;
  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    HOME: folder,
    KUBECONFIG: join(folder, 'config'),
    KUBECTL_EXTERNAL_DIFF: 'diff -u',
    KUBE_EDITOR: "sed -i 's/image: .*/image: edited:1/'",
  });
  const run = (program: string, args: readonly string[], input = ''): Promise<Ended> =>
    beside(program, args, { env: environment(), input });
  const seat = testSeat({ dev: { groups: ['devs'] } });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-kubectl-'));
    listening = await listen(makeClusterApi({ ...seat, now: () => new Date() }));
    const users = ['admin', 'dev'].map((name) => ({ name, user: { token: name } }));
    const contexts = users.map(({ name }) => ({ name, context: { cluster: 'lab', user: name, namespace: 'default' } }));
    const cluster = {
      server: listening.url,
      'certificate-authority-data': Buffer.from(listening.certificate).toString('base64'),
    };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'lab', cluster }],
      users,
      contexts,
      'current-context': 'admin',
    };
    writeFileSync(join(folder, 'config'), JSON.stringify(config), { mode: 0o600 });
  });
  afterAll(async () => {
    await listening.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const web = (image: string, replicas = 2): string =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
      },
    });
  const role = JSON.stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  });

  /** What is typed, what is fed, and what must come back: on stdout with exit 0, or on stderr with another code. */
  type Step = readonly [args: string, input: string, out: RegExp | string, code?: number];
  const CORE: readonly Step[] = [
    ['create namespace dev', '', 'namespace/dev created'],
    ['get namespaces', '', /NAME +STATUS +AGE\n(?:.*\n)*dev +Active/],
    ['-n dev create configmap settings --from-literal=color=blue', '', 'configmap/settings created'],
    ['-n dev get configmap settings -o jsonpath={.data.color}', '', 'blue'],
    ['-n dev apply -f -', web('nginx:1'), 'deployment.apps/web created'],
    ['-n dev apply -f -', web('nginx:2'), 'deployment.apps/web configured'],
    ['-n dev apply --server-side -f -', web('nginx:2'), 'deployment.apps/web serverside-applied'],
    ['-n dev get deployments', '', /NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/2/],
    ['-n dev create role reader --verb=get --resource=pods', '', 'role.rbac.authorization.k8s.io/reader created'],
    ['-n dev create rolebinding readers --role=reader --group=devs', '', 'rolebinding.rbac.authorization.k8s.io/readers created'],
    ['auth whoami', '', /Username +admin/],
    ['-n dev --context dev auth can-i get pods', '', 'yes'],
    ['-n dev --context dev auth can-i list pods', '', 'no', 1],
    [
      '-n dev --context dev get pods',
      '',
      'Error from server (Forbidden): pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "dev"',
      1,
    ],
    ['-n dev create token default', '', /^ey[\w-]+\.[\w-]+\.[\w-]+$/],
    ['delete namespace dev', '', 'namespace "dev" deleted'],
  ];
  const MORE: readonly Step[] = [
    ['create namespace more', '', 'namespace/more created'],
    ['-n more apply -f -', web('nginx:1'), 'deployment.apps/web created'],
    ['-n more diff -f -', web('nginx:3'), /-.*image: nginx:1\n\+.*image: nginx:3/, 1],
    ['-n more replace -f -', web('nginx:4'), 'deployment.apps/web replaced'],
    ['-n more describe deployment web', '', /Image: +nginx:4/],
    [
      '-n more patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"}]}}}}',
      '',
      'patched',
    ],
    ['-n more get deployment web -o jsonpath={.spec.template.spec.containers[*].name}', '', 'web side'],
    ['-n more patch deployment web --type=merge -p {"spec":{"replicas":5}}', '', 'patched'],
    ['-n more patch deployment web --type=json -p [{"op":"remove","path":"/spec/template/spec/containers/1"}]', '', 'patched'],
    [
      '-n more apply --server-side --field-manager=other -f -',
      web('nginx:9'),
      /2 conflicts: conflicts with "kubectl-patch" using apps\/v1:\n- \.spec\.replicas\nconflicts with "kubectl-replace" using apps\/v1:\n- \.spec\.template\.spec\.containers\[name="web"\]\.image\n/,
      1,
    ],
    ['-n more apply --server-side --field-manager=other --force-conflicts -f -', web('nginx:9'), 'serverside-applied'],
    ['-n more scale deployment web --replicas=3', '', 'scaled'],
    ['-n more label deployment web tier=front', '', 'labeled'],
    ['-n more get deployments -l tier=front -o name', '', 'deployment.apps/web'],
    ['-n more get deployments -l tier!=front -o name', '', ''],
    ['-n more create deployment other --image=nginx', '', 'deployment.apps/other created'],
    ['-n more create secret generic s --from-literal=p=q', '', 'secret/s created'],
    ['-n more create service clusterip s --tcp=80:80', '', 'service/s created'],
    ['-n more run p --image=nginx', '', 'pod/p created'],
    ['-n more get pods -o wide', '', /NAME +READY +STATUS +RESTARTS +AGE +IP +NODE .*\np +0\/1 +Pending/],
    ['-n more logs p', '', 'is waiting to start: ContainerCreating', 1],
    ['-n more get all', '', /pod\/p .*(?:.*\n)*service\/s .*(?:.*\n)*deployment.apps\/web/],
    ['auth reconcile -f -', role, 'reconciled'],
    ['-n more create clusterrolebinding readers --clusterrole=reader --user=bob', '', 'created'],
    ['-n more --as bob get pods', '', /p +0\/1/],
    ['-n more --as bob delete pod p', '', 'User "bob" cannot delete resource "pods"', 1],
    ['-n more --context dev --as bob get pods', '', 'User "dev" cannot impersonate resource "users"', 1],
    ['-n more --as bob auth can-i --list', '', /pods +\[] +\[] +\[get list]/],
    [
      '-n more apply -f -',
      web('nginx:9').replace('"replicas"', '"replicsa"'),
      'strict decoding error: unknown field "spec.replicsa"',
      1,
    ],
    ['-n more delete deployment web', '', 'deployment.apps "web" deleted'],
    ['version', '', 'Server Version: v1.33.0-causeway-lab'],
    ['explain deployments.spec.template.spec.containers.env', '', /FIELD: env <\[]EnvVar>(?:.*\n)*.*valueFrom\s+<EnvVarSource>/],
    ['-n more edit deployment other', '', 'deployment.apps/other edited'],
    ['-n more get deployment other -o jsonpath={.spec.template.spec.containers[0].image}', '', 'edited:1'],
    ['api-resources --api-group=apps', '', /deployments +deploy +apps\/v1 +true +Deployment/],
  ];

  const steps = async (program: string, all: readonly Step[]): Promise<void> => {
    for (const [args, input, expected, code = 0] of all) {
      const ran = await run(program, args.split(' '), input);
      const said = code === 0 ? ran.out : `${ran.out}${ran.err}`;
      expect(said, `${args}\n${ran.err}`).toMatch(
        typeof expected === 'string' ? new RegExp(expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : expected,
      );
      expect(ran.code, args).toBe(code);
    }
  };

  describe.each(kubectls().map((program) => [program.split('/').at(-1) ?? program, program] as const))('%s', (_, program) => {
    it('reads, writes, applies, asks and is refused', () => steps(program, CORE));
  });

  it('diffs, patches, replaces, scales, impersonates and explains', () => steps(kubectls().at(-1) ?? KUBECTL, MORE));

  it('watches', async () => {
    const child: ChildProcess = spawn(KUBECTL, ['get', 'configmaps', '-w', '--no-headers'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      let seen = '';
      const waiting = new Set<() => void>();
      child.stdout?.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        for (const look of waiting) look();
      });
      const says = (what: RegExp): Promise<void> =>
        new Promise((resolve, reject) => {
          child.on('close', () => reject(new Error(`it ended after ${seen}`)));
          const look = (): void => {
            if (!what.test(seen)) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
        });
      // It shows what is there before it watches, so that the first can be made before or after.
      const first = says(/^first +1 /m);
      expect(await run(KUBECTL, ['create', 'configmap', 'first', '--from-literal=a=b'])).toMatchObject({ code: 0, err: '' });
      await first;
      const second = says(/^first +2 /m);
      expect(await run(KUBECTL, ['patch', 'configmap', 'first', '-p', '{"data":{"c":"d"}}'])).toMatchObject({ code: 0, err: '' });
      await second;
    } finally {
      child.kill();
    }
  });
});
