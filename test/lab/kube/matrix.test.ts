import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { canI, whoami } from '../../../src/access/index.ts';
import { openInventory } from '../../../src/edge/files/index.ts';
import type { KubernetesObject } from '../../../src/edge/lab/index.ts';
import type { Cluster } from '../../../src/inventory/index.ts';
import { requestInfo } from '../../../src/rules/rbac/index.ts';
import { asking } from './ask.ts';
import { askStatus, callers, REQUESTS } from './requests.ts';
import { type TestUser, testSeat } from './seat.ts';

const EXAMPLES = ['article/as-written', 'article/put-right', 'organisation'];
const now = new Date('2026-11-25T12:00:00Z');

function objectsOf(example: string, cluster: Cluster): readonly KubernetesObject[] | undefined {
  const file = new URL(
    `../../../examples/${example}/accounts/${cluster.account}/eks/${cluster.region}/${cluster.name}/kubernetes.yaml`,
    import.meta.url,
  );
  if (!existsSync(file)) return undefined;
  const { items } = parse(readFileSync(file, 'utf8')) as { readonly items: readonly KubernetesObject[] };
  return items;
}

describe('the answer over HTTP is the one of can-i', () => {
  it.each(EXAMPLES)('for every caller and request of %s', async (example) => {
    const { inventory } = await openInventory(fileURLToPath(new URL(`../../../examples/${example}/`, import.meta.url)));
    const count = { allow: 0, deny: 0, unknown: 0 };
    const everybody = callers(inventory);
    for (const cluster of inventory.clusters) {
      const version = cluster.description.state === 'collected' ? cluster.description.value.version : undefined;
      const objects = objectsOf(example, cluster);
      // Where nobody collected the objects, can-i does not know, and the lab starts with Kubernetes' own alone.
      if (objects === undefined) continue;
      // A caller's token is its place in the list.
      const users = everybody.flatMap((caller, i): readonly (readonly [string, TestUser])[] => {
        const who = whoami(inventory, cluster, caller);
        if (!('mapping' in who) || who.mapping.result !== 'mapped') return [];
        const { groups, policies } = who.mapping;
        // The name of a cluster's creator is shown nowhere; its group decides.
        const username = who.mapping.username ?? 'hidden';
        return [[`caller-${i}`, { username, groups, policies: policies.state === 'collected' ? policies.value : [] }]];
      });
      const seat = testSeat(Object.fromEntries(users), objects, version);
      const { ask } = asking({ ...seat, partition: cluster.partition });
      for (const [i, caller] of everybody.entries()) {
        for (const [method, target] of REQUESTS) {
          const url = new URL(`https://x${target}`);
          const request = requestInfo(method, url.pathname, Object.fromEntries(url.searchParams));
          if (request === undefined) throw new Error(target);
          const answer = canI(
            inventory,
            { cluster, caller: { kind: 'aws', arn: caller }, path: { kind: 'self' }, request, given: [], assume: [], now },
            { remedy: false },
          );
          const decision = 'code' in answer ? 'deny' : answer.decision;
          const status = askStatus(ask, `caller-${i}`, method, target);
          count[decision]++;
          const passed = status !== 401 && status !== 403;
          expect(passed, `${caller} ${method} ${target} on ${cluster.name}: can-i says ${decision}, the lab ${status}`).toBe(
            decision === 'allow',
          );
        }
      }
    }
    expect(count.allow).toBeGreaterThan(0);
    expect(count.deny).toBeGreaterThan(0);
  });
});
