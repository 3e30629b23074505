import { canI, type Query } from '../src/access/index.ts';
import { openInventory } from '../src/edge/files/index.ts';
import { grouped, perSecond, type Row } from './row.ts';

const TARGET = 50_000;

/** Whole paths a second on one core: assume, authenticate, map, authorize in `examples/article/put-right`, read once. */
export function pathsRow(rounds: number, examples: string): Row {
  const { inventory } = openInventory(`${examples}/article/put-right`, { cache: false });
  const cluster = inventory.clusters[0];
  if (cluster === undefined) throw new Error('the example has no cluster');
  const now = new Date('2026-11-23T00:00:00Z');
  const ask = (verb: string, resource: string, namespace: string): Query => ({
    cluster,
    caller: { kind: 'aws', arn: 'arn:aws:iam::222222222222:role/ci-runner' },
    path: { kind: 'via', roles: ['arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app'] },
    request: { verb, apiGroup: resource === 'deployments' ? 'apps' : '', resource, namespace },
    given: [{ key: 'sts:ExternalId', value: 'c0ffee' }],
    assume: [],
    now,
  });
  const queries = ['my-app-ns', 'kube-system'].flatMap((namespace) =>
    ['create', 'get', 'delete'].flatMap((verb) =>
      ['deployments', 'pods', 'secrets', 'configmaps'].map((resource) => ask(verb, resource, namespace)),
    ),
  );
  let open = 0;
  const rate = perSecond(rounds, (count) => {
    for (let i = 0; i < count; i++) {
      const query = queries[i % queries.length];
      if (query === undefined) continue;
      const answer = canI(inventory, query, { remedy: false });
      if ('hops' in answer && answer.decision === 'allow') open++;
    }
  });
  if (open === 0) throw new Error('no path was open: the bench measures the wrong thing');
  return {
    name: 'full paths (one assume hop)',
    measured: `${grouped(rate)}/s`,
    target: `≥ ${grouped(TARGET)}/s`,
    met: rate >= TARGET,
  };
}
