import type { Inventory } from '../../../src/inventory/index.ts';
import type { Asked } from './ask.ts';

/** Requests of every kind: reads, writes, subresources, wildcard-prone groups, other namespaces, paths. */
export const REQUESTS = ['default', 'my-app-ns', 'shop', 'kube-system'].flatMap(
  (namespace): readonly (readonly [string, string])[] => {
    const core = `/api/v1/namespaces/${namespace}`;
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    return [
      ['GET', `${core}/pods`],
      ['GET', `${core}/pods?watch=true`],
      ['GET', `${core}/pods/web/log`],
      ['POST', `${core}/pods/web/exec`],
      ['POST', `${core}/pods/web/eviction`],
      ['GET', `${core}/secrets`],
      ['GET', `${core}/secrets/token`],
      ['GET', `${core}/configmaps/aws-auth`],
      ['PATCH', `${core}/configmaps/aws-auth`],
      ['DELETE', `${core}/configmaps`],
      ['POST', `${core}/serviceaccounts/default/token`],
      ['GET', `/apis/apps/v1/namespaces/${namespace}/deployments`],
      ['POST', `/apis/apps/v1/namespaces/${namespace}/deployments`],
      ['PATCH', `/apis/apps/v1/namespaces/${namespace}/deployments/web/scale`],
      ['PUT', `/apis/apps/v1/namespaces/${namespace}/deployments/web/status`],
      ['GET', `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`],
      ['GET', `${rbac}/roles`],
      ['POST', `${rbac}/rolebindings`],
      ['GET', `/apis/custom.example.com/v1/namespaces/${namespace}/widgets`],
      ['GET', `/api/v1/namespaces/${namespace}`],
    ];
  },
);
REQUESTS.push(
  ['GET', '/api/v1/pods'],
  ['GET', '/api/v1/nodes'],
  ['DELETE', '/api/v1/nodes/one'],
  ['GET', '/api/v1/namespaces'],
  ['POST', '/api/v1/namespaces'],
  ['GET', '/api/v1/secrets'],
  ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
  ['PATCH', '/apis/rbac.authorization.k8s.io/v1/clusterroles/view'],
  ['GET', '/metrics'],
  ['GET', '/version'],
  ['GET', '/api'],
);

/** Every principal of the collected accounts, roles as one session of each. */
export function callers(inventory: Inventory): readonly string[] {
  return [...inventory.accounts.values()].flatMap((account) => {
    const iam = account.iam();
    if (iam.state !== 'collected') return [];
    const sessions = iam.value.roles.map(
      ({ arn, name }) => `arn:${arn.split(':')[1]}:sts::${account.id}:assumed-role/${name}/tester`,
    );
    return [...iam.value.users.map(({ arn }) => arn), ...sessions];
  });
}

/** The status alone; a watch that was opened is closed. An empty body makes writes fail after they were authorized. */
export function askStatus(ask: Asked['ask'], as: string, method: string, target: string): number {
  if (target.includes('watch=true')) return ask('GET', `${target}&resourceVersion=x`, undefined, { as }).status;
  return ask(method, `${target}${target.includes('?') ? '&' : '?'}dryRun=All`, '', { as }).status;
}
