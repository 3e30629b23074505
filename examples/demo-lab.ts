/**
 * The last part of `npm run demo`: the same access live. A lab runs in this process, tokens are those of `causeway token`,
 * and the clusters' API is asked by the client that Kubernetes publishes for JavaScript; neither aws nor kubectl is needed.
 */
import { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { startLab } from '../src/edge/lab/index.ts';
import { run } from './run.ts';

/** Prints one line. */
export type Say = (line: string) => void;

const PLATFORM = '111111111111';
const ROLES = `arn:aws:iam::${PLATFORM}:role/causeway/platform-access`;
const WEB = {
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
};

/** A command of causeway as somebody types it; gives what it printed, and throws with its complaint. */
export async function causeway(words: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { exit, printed, complaint } = await run(words, { env, home: env['HOME'] ?? '' });
  if (exit !== 0) throw new Error(complaint);
  return printed;
}

/** The variables that a shell has after `eval "$(causeway lab env --as WHO)"`. */
export async function shellOf(who: string, lab: string): Promise<Record<string, string>> {
  const lines = await causeway(['lab', 'env', '--as', who, '--endpoint', lab], {});
  return Object.fromEntries([...lines.matchAll(/(AWS_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
}

/** What kubectl would do with the kubeconfig: a token of the role, and the cluster's own authority. */
export async function clusterAs(who: string, role: string, session: string, lab: string): Promise<KubeConfig> {
  const env = await shellOf(who, lab);
  const roles = ['--role', role.startsWith('arn:') ? role : `${ROLES}/${role}`, '--session-name', session];
  const token = await causeway(['token', '--cluster', 'prod', '--no-cache', '--token-only', ...roles], env);
  const config = new KubeConfig();
  config.loadFromString(await causeway(['lab', 'kubeconfig'], env));
  config.addUser({ name: session, token: token.trim() });
  config.addContext({ name: session, cluster: config.getCurrentCluster()?.name ?? '', user: session });
  config.setCurrentContext(session);
  return config;
}

/** Tries one request and says how it went; a refusal in the words of the cluster. */
export async function tries(say: Say, what: string, request: Promise<unknown>): Promise<void> {
  const refusal = await request.then(
    () => undefined,
    (error: unknown) => {
      // A 401 has no words of the cluster's own.
      if (error instanceof Error && 'code' in error && error.code === 401) return 'Unauthorized';
      const body = error instanceof Error && 'body' in error ? error.body : undefined;
      if (typeof body !== 'string') throw error;
      return String((JSON.parse(body) as { readonly message?: unknown }).message);
    },
  );
  say(refusal === undefined ? `  ✔ ${what}` : `  ✖ ${what}\n      ${refusal}`);
}

/** Runs the lab, does what the pipeline and the auditor would do, and shows the lab's log of it. */
export async function showLab(say: Say): Promise<void> {
  const lab = await startLab({ port: 0, now: () => new Date() });
  try {
    say('AccountB, as ci-runner, which becomes ci-deploys-my-app of AccountA:');
    const ci = await clusterAs('222222222222/ci-runner', 'ci-deploys-my-app', 'build-7', lab.endpoint);
    const deploy = (namespace: string) => ci.makeApiClient(AppsV1Api).createNamespacedDeployment({ namespace, body: WEB });
    await tries(say, 'deploys web to my-app-ns', deploy('my-app-ns'));
    await tries(say, 'deploys web to kube-system', deploy('kube-system'));
    say('AccountC, as SecurityAudit, which becomes security-audits:');
    const audit = await clusterAs('333333333333/SecurityAudit', 'security-audits', 'carol', lab.endpoint);
    await tries(
      say,
      'reads the deployments of my-app-ns',
      audit.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: 'my-app-ns' }),
    );
    await tries(
      say,
      'reads the Secrets of my-app-ns',
      audit.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace: 'my-app-ns' }),
    );
    say('\nWhy, says causeway lab log:\n');
    const log = await causeway(['lab', 'log', '--endpoint', lab.endpoint], {});
    // Without the time of day.
    for (const line of log.trimEnd().split('\n')) say(`  ${line.startsWith(' ') ? line.slice(6) : line.slice(9)}`);
  } finally {
    await lab.close();
  }
}
