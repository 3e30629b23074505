// Started by bench/lab-kube.ts: a cluster over TLS in a process of its own. It prints where it listens, and at each line on
// stdin how much processor time it has used, in microseconds.
import { makeClusterApi } from '../src/edge/lab/kube/index.ts';
import { testSeat } from '../test/lab/kube/seat.ts';
import { listen } from '../test/lab/kube/tls.ts';

const pods = Array.from({ length: 20 }, (_, i) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${i}`, namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1', env: [{ name: 'COLOR', value: 'blue' }] }] },
}));
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'readers', namespace: 'default' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'devs' }],
};
const seat = testSeat({ dev: { groups: ['devs'] } }, [...pods, binding]);
const { url, certificate } = await listen(makeClusterApi({ ...seat, log: () => {} }));
process.stdout.write(`${JSON.stringify({ url, certificate })}\n`);
process.stdin.on('data', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${user + system}\n`);
});
process.stdin.on('end', () => process.exit());
