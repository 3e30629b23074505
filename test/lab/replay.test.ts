import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canI } from '../../src/access/index.ts';
import { exportLab } from '../../src/edge/lab/export.ts';
import { isKubernetesObject } from '../../src/edge/lab/kube/cluster.ts';
import { comparable } from '../../src/edge/lab/replay/text.ts';
import { type Inventory, makeInventory } from '../../src/inventory/index.ts';
import { type Attributes, requestInfo } from '../../src/rules/rbac/index.ts';
import { compare, type Expectation, examples, lines } from '../access/expectation.ts';
import { NOW } from './make.ts';
import { type Replayed, replayed } from './replayed.ts';

const EXAMPLES = ['article/as-written', 'article/put-right', 'organisation'];
const folderOf = (example: string): string => fileURLToPath(new URL(`${example}/`, examples));

/** The lab as `lab export` writes it, read again. */
function exported({ lab, clusters }: Replayed): Inventory {
  const objects = new Map(
    [...clusters].map(([arn, { store }]) => [arn, store.all().flatMap((object) => (isKubernetesObject(object) ? [object] : []))]),
  );
  return makeInventory(exportLab(lab, objects).map(({ path, text }) => ({ path, size: text.length, text: () => text })));
}

/** What of an inventory decides, where it stands aside. */
function said(inventory: Inventory): readonly (readonly [string, string])[] {
  const sorted = <T extends { readonly arn: string }>(list: readonly T[]): readonly T[] =>
    [...list].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const accounts = [...inventory.accounts.values()].map((account): readonly [string, string] => {
    const iam = account.iam();
    const principals = iam.state === 'collected' ? [sorted(iam.value.roles), sorted(iam.value.users), iam.value.lacks] : [iam];
    const resources = [...account.resourcePolicies()];
    return [account.id, comparable([principals, account.oidcProviders(), account.moreRoles(), resources])];
  });
  const clusters = inventory.clusters.map(({ arn, description, accessEntries, creator }): readonly [string, string] => {
    const entries = accessEntries();
    const list =
      entries.state === 'collected' ? [...entries.value].sort((a, b) => (a.principalArn < b.principalArn ? -1 : 1)) : entries;
    return [arn, comparable([description, list, creator()])];
  });
  const organizations = inventory.organizations.map(({ id, managementAccount, members }): readonly [string, string] => [
    id,
    comparable([managementAccount, [...members]]),
  ]);
  return [...accounts, ...clusters, ...organizations];
}

describe.each(EXAMPLES)('a replay of examples/%s', (example) => {
  const run = replayed(folderOf(example));

  it('says what the inventory says, of every account and cluster', () => {
    expect(new Map(said(run.lab.view.inventory()))).toEqual(new Map(said(run.inventory)));
  });

  it('holds every account and cluster as documents that calls can change', () => {
    for (const [id, account] of run.inventory.accounts) {
      const files = run.lab.store.list(`account:${id}`, 'file').filter(({ path }) => path.includes('/iam'));
      expect([id, files.length > 0]).toEqual([id, account.iam().state !== 'collected' && files.length > 0]);
    }
    for (const { arn } of run.inventory.clusters) {
      expect(run.lab.store.get(`cluster:${arn}`, 'cluster', arn)?.files).toBeUndefined();
    }
  });

  it('is exported as an inventory that is judged as the first was', () => {
    const copy = exported(run);
    const count = { allow: 0, deny: 0, unknown: 0 };
    for (const cluster of run.inventory.clusters) {
      const other = copy.clusters.find(({ arn }) => arn === cluster.arn);
      if (other === undefined) throw new Error(`${cluster.arn} was not exported`);
      for (const caller of callersOf(run.inventory)) {
        for (const request of QUESTIONS) {
          const ask = (inventory: Inventory, where: typeof cluster): string => {
            const query = { cluster: where, caller: { kind: 'aws', arn: caller }, path: { kind: 'self' }, request } as const;
            const answer = canI(inventory, { ...query, given: [], assume: [], now: NOW }, { remedy: false });
            return 'code' in answer ? answer.code : answer.decision;
          };
          const before = ask(run.inventory, cluster);
          expect([caller, cluster.name, request, ask(copy, other)]).toEqual([caller, cluster.name, request, before]);
          if (before in count) count[before as keyof typeof count]++;
        }
      }
    }
    expect(count.allow).toBeGreaterThan(0);
    expect(count.deny).toBeGreaterThan(0);
  });
});

describe('a replay of examples/organisation, exported', () => {
  const copy = exported(replayed(folderOf('organisation')));
  it.each(lines<Expectation>('organisation/expectations.jsonl'))('$name', (line) => compare(copy, line));
});

/** Every principal of the collected accounts. */
function callersOf(inventory: Inventory): readonly string[] {
  return [...inventory.accounts.values()].flatMap((account) => {
    const iam = account.iam();
    return iam.state === 'collected' ? [...iam.value.users, ...iam.value.roles].map(({ arn }) => arn) : [];
  });
}

const QUESTIONS = (
  [
    ['GET', '/api/v1/namespaces/shop/pods'],
    ['POST', '/apis/apps/v1/namespaces/my-app-ns/deployments'],
    ['GET', '/api/v1/secrets'],
    ['DELETE', '/api/v1/nodes/one'],
    ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
    ['GET', '/api'],
  ] as const
).flatMap(([method, path]): readonly Attributes[] => [requestInfo(method, path, {}) ?? []].flat());
