import { canI, decideAccess, type Query } from '../src/access/index.ts';
import { openInventory } from '../src/edge/files/index.ts';
import { grouped, perSecond, type Row } from './row.ts';

const TARGET = 50_000;

/**
 * Whole paths a second on one core: assume, authenticate, map, authorize in `examples/article/put-right`, read once.
 * Once decided alone, as searches and comparisons ask, and once with every hop and reason written out, as `can-i` asks.
 */
export function pathsRows(rounds: number, examples: string): readonly Row[] {
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
  const rate = (isOpen: (query: Query) => boolean): number => {
    let open = 0;
    const found = perSecond(rounds, (count) => {
      for (let i = 0; i < count; i++) {
        const query = queries[i % queries.length];
        if (query !== undefined && isOpen(query)) open++;
      }
    });
    if (open === 0) throw new Error('no path was open: the bench measures the wrong thing');
    return found;
  };
  const decided = rate((query) => {
    const settled = decideAccess(inventory, query);
    return 'decision' in settled && settled.decision === 'allow';
  });
  const written = rate((query) => {
    const answer = canI(inventory, query, { remedy: false });
    return 'decision' in answer && answer.decision === 'allow';
  });
  return [
    {
      name: 'full paths (one assume hop), decided',
      measured: `${grouped(decided)}/s`,
      target: `≥ ${grouped(TARGET)}/s`,
      met: decided >= TARGET,
    },
    { name: 'the same, written out hop by hop', measured: `${grouped(written)}/s`, target: '' },
  ];
}
