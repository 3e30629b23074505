import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffAccess, findLockOuts } from '../src/access/index.ts';
import { openInventory } from '../src/edge/files/index.ts';
import { applyChanges, type Cluster, type Inventory, type Resource, type ResourceChange } from '../src/inventory/index.ts';
import { roleArn } from './account.ts';
import { type Size, writeOrganisation } from './organisation.ts';
import { grouped, type Row } from './row.ts';

const TARGET = 3;
const GRANTS = 1000;

/**
 * A plan of a thousand grants over every cluster of an organisation, with its access diff and the guard against lock-outs,
 * after everything was read. Measured once, in this process, as a plan is made once: nothing is compiled before.
 */
export function planRows(size: Size, seed: number): readonly Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  try {
    writeOrganisation(folder, size, seed);
    const { inventory } = openInventory(folder, { cache: false });
    readAll(inventory);
    const resources = grantsOver(inventory);
    const changes = resources.map((resource): ResourceChange => ({ kind: 'put', resource }));
    const now = new Date('2026-11-25T00:00:00Z');
    const options = { now, touched: resources };
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const after = applyChanges(inventory, changes);
    const diff = diffAccess(inventory, after, options);
    const diffed = performance.now();
    const locked = findLockOuts(inventory, after, options);
    const end = performance.now();
    const { user, system } = process.cpuUsage(cpu);
    if (diff.changes.length < GRANTS) throw new Error(`only ${diff.changes.length} changes: the bench measures the wrong thing`);
    const seconds = (end - start) / 1000;
    const what = `${grouped(GRANTS)} grants over ${size.clusters} clusters and ${size.accounts} accounts × ${size.principals} principals`;
    const split = `diff ${((diffed - start) / 1000).toFixed(2)} s, guard ${((end - diffed) / 1000).toFixed(2)} s`;
    const found = `${grouped(diff.changes.length)} changes, ${locked.length} lock-outs`;
    return [
      {
        name: `plan of ${what}: access diff and guard (${grouped(resources.length)} resources, ${found})`,
        measured: `${seconds.toFixed(2)} s (${split}; ${((user + system) / 1e6).toFixed(2)} s of processor)`,
        target: `≤ ${TARGET} s`,
        met: seconds <= TARGET,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads everything, so that what is measured is the plan alone. */
function readAll(inventory: Inventory): void {
  for (const account of inventory.accounts.values()) {
    const iam = account.iam();
    if (iam.state === 'collected') void [iam.value.roles, iam.value.users];
    account.trusts();
  }
  for (const cluster of inventory.clusters) void [cluster.accessEntries(), cluster.awsAuth(), cluster.rbac(), cluster.creator()];
}

/** Each grant as `via: role` makes it: a role in the cluster's account, the caller's permission, the mapping, and a binding where it is by group. */
function grantsOver(inventory: Inventory): readonly Resource[] {
  const accounts = [...inventory.accounts.keys()];
  const out: Resource[] = [];
  for (let i = 0; i < GRANTS; i++) {
    const cluster = inventory.clusters[i % inventory.clusters.length] as Cluster;
    const caller = roleArn(accounts[(i * 7) % accounts.length] as string, i % 10);
    out.push(...grantOf(cluster, caller, `g-${i}`, `ns-${i % 20}`));
  }
  return out;
}

function grantOf(cluster: Cluster, caller: string, name: string, namespace: string): readonly Resource[] {
  const arn = `arn:aws:iam::${cluster.account}:role/causeway/bench/${name}`;
  const tags = { 'causeway:owner': `bench/${name}` };
  const document = (statement: object) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
  });
  const clusterArn = cluster.arn;
  const byRow = cluster.description.state === 'collected' && cluster.description.value.mode === 'CONFIG_MAP';
  const group = `causeway:bench:${name}`;
  const mapping: readonly Resource[] = byRow
    ? [
        {
          kind: 'aws-auth-row',
          clusterArn,
          section: 'mapRoles',
          arn: arn.replace('role/causeway/bench/', 'role/'),
          username: `${group}:{{SessionName}}`,
          groups: [group],
          tags,
        },
        {
          kind: 'rbac-object',
          clusterArn,
          manifest: {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'RoleBinding',
            metadata: { name: group, namespace, labels: {}, annotations: {} },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
            subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
          },
        },
      ]
    : [
        { kind: 'access-entry', clusterArn, principalArn: arn, groups: [], tags },
        {
          kind: 'access-policy',
          clusterArn,
          principalArn: arn,
          policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy',
          namespaces: [namespace],
        },
      ];
  const trust = document({ Principal: { AWS: caller }, Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } } });
  return [
    { kind: 'role', arn, trust, description: '', maxSessionDuration: 3600, tags },
    { kind: 'inline-policy', principalArn: caller, name: `causeway-bench-${name}`, document: document({ Resource: arn }) },
    ...mapping,
  ];
}
