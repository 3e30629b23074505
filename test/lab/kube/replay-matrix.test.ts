import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canI } from '../../../src/access/index.ts';
import { requestInfo } from '../../../src/rules/rbac/index.ts';
import { eksToken } from '../../../src/rules/token/index.ts';
import { as, NOW } from '../make.ts';
import { ORIGIN, replayed } from '../replayed.ts';
import { askingOf } from './ask.ts';
import { askStatus, callers, REQUESTS } from './requests.ts';

describe('the answer of a replayed cluster to a signed token is the one of can-i', () => {
  it.each(['article/as-written', 'article/put-right', 'organisation'])(
    'for every caller and request of %s',
    { timeout: 120_000 },
    (example) => {
      const folder = fileURLToPath(new URL(`../../../examples/${example}/`, import.meta.url));
      const { lab, inventory, clusters } = replayed(folder);
      const count = { allow: 0, deny: 0, unknown: 0 };
      for (const cluster of inventory.clusters) {
        const api = clusters.get(cluster.arn);
        if (api === undefined) throw new Error(`${cluster.arn} was not replayed`);
        const { ask } = askingOf(api);
        for (const caller of callers(inventory)) {
          const endpoint = { url: ORIGIN, signingRegion: cluster.region };
          const token = eksToken({ cluster: cluster.name, credentials: as(lab, caller), endpoint, at: NOW });
          // Who is nobody to the cluster is it for every request.
          const isNobody = askStatus(ask, token, 'GET', '/api/v1/pods') === 401;
          for (const [method, target] of REQUESTS) {
            const url = new URL(`https://x${target}`);
            const request = requestInfo(method, url.pathname, Object.fromEntries(url.searchParams));
            if (request === undefined) throw new Error(target);
            const answer = canI(
              inventory,
              { cluster, caller: { kind: 'aws', arn: caller }, path: { kind: 'self' }, request, given: [], assume: [], now: NOW },
              { remedy: false },
            );
            const decision = 'code' in answer ? 'deny' : answer.decision;
            count[decision]++;
            const status = isNobody ? 401 : askStatus(ask, token, method, target);
            const passed = status !== 401 && status !== 403;
            expect(passed, `${caller} ${method} ${target} on ${cluster.name}: can-i says ${decision}, the lab ${status}`).toBe(
              decision === 'allow',
            );
          }
        }
      }
      expect(count.allow).toBeGreaterThan(0);
      expect(count.deny).toBeGreaterThan(0);
      if (example === 'organisation') expect(count.unknown).toBeGreaterThan(0);
    },
  );
});
