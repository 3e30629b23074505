import { canI } from '../src/access/index.ts';
import { makeInventory, type Source } from '../src/inventory/index.ts';
import { aggregate, type Role } from '../src/rules/rbac/index.ts';
import { median, type Row } from './row.ts';

const ACCOUNT = '111111111111';
const SECONDS = 2;

/** What is large on purpose: processor time of one question, and of one reading of aggregated roles. */
export function extremeRows(rounds: number): readonly Row[] {
  const chain = layers(4, 10);
  const roles = mutual(5000, 2500);
  return [
    row('`--any-path` through 4 layers of 10 roles, each with an external ID of its own', rounds, () => {
      const inventory = makeInventory(chain);
      const cluster = inventory.clusters[0];
      if (cluster === undefined) throw new Error('the inventory has no cluster');
      const answer = canI(inventory, {
        cluster,
        caller: { kind: 'aws', arn: roleArn('start') },
        path: { kind: 'any' },
        request: { verb: 'get', apiGroup: '', resource: 'pods', namespace: 'web' },
        given: [],
        assume: ['no-scp', 'no-rcp'],
        now: new Date('2026-11-23T00:00:00Z'),
      });
      if (!('decision' in answer) || answer.decision !== 'allow')
        throw new Error('no path was open: the bench measures the wrong thing');
    }),
    row('2,500 ClusterRoles among 5,000 that aggregate all of them', rounds, () => {
      if (aggregate(roles)[0]?.rules.length !== 4999) throw new Error('rules are missing: the bench measures the wrong thing');
    }),
  ];
}

function row(name: string, rounds: number, work: () => void): Row {
  const times = Array.from({ length: rounds }, () => {
    const from = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1e6;
  });
  const time = median(times);
  return { name, measured: `${time.toFixed(2)} s of processor`, target: `≤ ${SECONDS} s`, met: time <= SECONDS };
}

function mutual(all: number, aggregating: number): readonly Role[] {
  const labels = { to: 'all' };
  return Array.from({ length: all }, (_, i): Role => {
    const rules = [{ verbs: ['get'], apiGroups: [''], resources: [`kind-${i}`] }];
    const role: Role = { kind: 'ClusterRole', name: `role-${i}`, namespace: '', labels, rules };
    return i < aggregating ? { ...role, aggregation: [{ matchLabels: labels }] } : role;
  });
}

/** Layers of roles, each of which trusts every role of the layer before; the last opens the cluster. */
function layers(depth: number, width: number): readonly Source[] {
  const roles = [role('start', ['nobody'])];
  for (let layer = 0; layer < depth; layer++) {
    for (let i = 0; i < width; i++) {
      const before = layer === 0 ? ['start'] : Array.from({ length: width }, (_, j) => `r${layer - 1}-${j}`);
      roles.push(role(`r${layer}-${i}`, before, `id-${layer}-${i}`));
    }
  }
  const last = Array.from({ length: width }, (_, i) => `r${depth - 1}-${i}`);
  roles.push(role('end', last));
  const folder = `accounts/${ACCOUNT}/eks/eu-west-1/prod`;
  const arn = `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/prod`;
  const entry = { clusterName: 'prod', principalArn: roleArn('end') };
  const policy = {
    policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
    accessScope: { type: 'cluster', namespaces: [] },
  };
  return [
    source(`accounts/${ACCOUNT}/iam.json`, { UserDetailList: [], GroupDetailList: [], RoleDetailList: roles, Policies: [] }),
    source(`${folder}/cluster.json`, {
      cluster: { name: 'prod', arn, version: '1.33', accessConfig: { authenticationMode: 'API' } },
    }),
    source(`${folder}/access-entries/all.json`, [
      { accessEntry: { ...entry, kubernetesGroups: [], username: 'end', type: 'STANDARD', createdAt: '2026-06-01T00:00:00Z' } },
      { ...entry, associatedAccessPolicies: [policy] },
    ]),
  ];
}

function role(name: string, from: readonly string[], externalId?: string): unknown {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: from.map(roleArn) },
    Action: 'sts:AssumeRole',
    ...(externalId === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  };
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase()}`,
    Arn: roleArn(name),
    CreateDate: '2026-01-01T00:00:00Z',
    AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [statement] },
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    Tags: [],
  };
}

function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

function source(path: string, value: unknown): Source {
  const text = JSON.stringify(value);
  return { path, size: text.length, text: () => text };
}
