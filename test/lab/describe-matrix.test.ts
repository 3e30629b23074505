import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canI } from '../../src/access/index.ts';
import { answer } from '../../src/edge/lab/answer.ts';
import { requestInfo } from '../../src/rules/rbac/index.ts';
import { callers } from './kube/requests.ts';
import { as, NOW, signed } from './make.ts';
import { replayed } from './replayed.ts';

const request = requestInfo('GET', '/api', {});

describe('the answer to a signed DescribeCluster is the one of can-i', () => {
  it.each(['article/as-written', 'article/put-right', 'organisation'])('for every caller and cluster of %s', (example) => {
    const folder = fileURLToPath(new URL(`../../examples/${example}/`, import.meta.url));
    const { lab, inventory } = replayed(folder);
    const count: Record<string, number> = {};
    for (const cluster of inventory.clusters) {
      for (const caller of callers(inventory)) {
        // EKS looks for a name in the caller's own account: of another account's cluster there is nothing to ask.
        if (caller.split(':')[4] !== cluster.account) continue;
        const answered = canI(
          inventory,
          {
            cluster,
            caller: { kind: 'aws', arn: caller },
            path: { kind: 'self' },
            request: request ?? { verb: 'get', path: '/api' },
            given: [{ key: 'aws:RequestedRegion', value: cluster.region }],
            assume: [],
            now: NOW,
          },
          { remedy: false },
        );
        const said = 'code' in answered ? answered.code : answered.beside.find(({ kind }) => kind === 'describe')?.verdict;
        const sent = signed(
          as(lab, caller),
          'eks',
          { method: 'GET', path: `/clusters/${cluster.name}` },
          { region: cluster.region },
        );
        const { status, body } = answer(lab, sent);
        count[`${said} ${status}`] = (count[`${said} ${status}`] ?? 0) + 1;
        // What is not settled is not for the lab to allow.
        if (said === 'yes') expect([caller, status, body.slice(0, 200)]).toEqual([caller, 200, expect.anything()]);
        else expect([caller, status, body.slice(0, 200)]).toEqual([caller, 403, expect.anything()]);
      }
    }
    expect(count['yes 200']).toBeGreaterThan(0);
    expect(count['no 403']).toBeGreaterThan(0);
  });
});
