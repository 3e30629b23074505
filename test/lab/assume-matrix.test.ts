import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canI } from '../../src/access/index.ts';
import type { Inventory } from '../../src/inventory/index.ts';
import { requestInfo } from '../../src/rules/rbac/index.ts';
import { callers } from './kube/requests.ts';
import { as, NOW, query } from './make.ts';
import { replayed } from './replayed.ts';

/** What the call carries and does not, as can-i is told it. */
const GIVEN = Object.entries({
  'sts:RoleSessionName': 'matrix',
  'aws:SourceIp': '127.0.0.1',
  'aws:RequestedRegion': 'eu-west-1',
  'aws:CurrentTime': NOW.toISOString(),
}).map(([key, value]) => ({ key, value, hop: 1 }));
const ABSENT = ['sts:ExternalId', 'sts:SourceIdentity', 'aws:SourceVpc', 'aws:SourceVpce', 'aws:MultiFactorAuthPresent'];

const request = requestInfo('GET', '/api', {});

/** Every role that was collected, and one of each account of which nobody may know. */
function rolesOf(inventory: Inventory): readonly string[] {
  return [...inventory.accounts.values()].flatMap((account) => {
    const iam = account.iam();
    return iam.state === 'collected' ? iam.value.roles.map(({ arn }) => arn) : [`arn:aws:iam::${account.id}:role/somebody`];
  });
}

describe('the answer to a signed AssumeRole is the one of can-i', () => {
  it.each(['article/as-written', 'article/put-right', 'organisation'])(
    'for every caller and role of %s',
    { timeout: 120_000 },
    (example) => {
      const folder = fileURLToPath(new URL(`../../examples/${example}/`, import.meta.url));
      const { lab, inventory } = replayed(folder);
      const [cluster] = inventory.clusters;
      if (cluster === undefined || request === undefined) throw new Error('every example has a cluster');
      const count: Record<string, number> = {};
      for (const caller of callers(inventory)) {
        const credentials = as(lab, caller);
        for (const role of rolesOf(inventory)) {
          const answer = canI(
            inventory,
            {
              cluster,
              caller: { kind: 'aws', arn: caller },
              path: { kind: 'via', roles: [role] },
              request,
              given: [...GIVEN, ...ABSENT.map((key) => ({ key, value: null, hop: 1 }))],
              assume: [],
              now: NOW,
            },
            { remedy: false },
          );
          const verdict = 'code' in answer ? 'deny' : answer.hops.find(({ kind }) => kind === 'assume')?.verdict;
          const { status, body } = query(lab, credentials, 'sts', {
            Action: 'AssumeRole',
            RoleArn: role,
            RoleSessionName: 'matrix',
          });
          count[`${verdict} ${status}`] = (count[`${verdict} ${status}`] ?? 0) + 1;
          const said = `${caller} to ${role}: can-i says ${verdict}, the lab ${status} ${body.slice(0, 300)}`;
          // What still depends on a key that the call lacks is for the lab to settle.
          if (verdict !== 'conditional') expect(status === 200, said).toBe(verdict === 'allow');
          if (verdict === 'unknown') expect(body, said).toContain('cannot judge');
        }
      }
      expect(count['allow 200']).toBeGreaterThan(0);
      expect(count['deny 403']).toBeGreaterThan(0);
      if (example === 'organisation') expect(count['unknown 403']).toBeGreaterThan(0);
    },
  );
});
