import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openInventory } from '../../src/edge/files/index.ts';
import { afterSteps, type GrantsFile, makePlan, type Plan, type PlanOptions, readGrants } from '../../src/grants/index.ts';
import type { Inventory, Resource } from '../../src/inventory/index.ts';
import { details, type Files, inventoryOf, role } from '../inventory/folder.ts';

export const A = '111111111111';
export const B = '222222222222';
export const CLUSTER = `arn:aws:eks:eu-west-1:${A}:cluster/prod`;
export const NOW = Date.parse('2026-11-25T00:00:00Z');
export const ROLE = `arn:aws:iam::${A}:role/causeway/f/g`;

const EXAMPLES = join(import.meta.dirname, '../../examples/article');

/** The article's grants file. */
export function articleFile(): GrantsFile {
  return fileOf(readFileSync(join(EXAMPLES, 'causeway.yaml'), 'utf8'));
}

/** One of the two inventories of the article. */
export function article(name: 'as-written' | 'put-right'): Inventory {
  return openInventory(join(EXAMPLES, name)).inventory;
}

/** Reads a grants file that must be sound. */
export function fileOf(text: string): GrantsFile {
  const { file, problems } = readGrants(text, 'f');
  if (file === undefined) throw new Error(problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return file;
}

/** A grants file `f` with one grant `g` on one cluster; its keys as YAML flow text. */
export function grantFile(keys: string, more = ''): GrantsFile {
  return fileOf(`name: f
accounts: { home: { id: "${A}" }, away: { id: "${B}" } }
clusters: { prod: { account: home, region: eu-west-1, name: prod } }
grants:
  - { name: g, on: prod, ${keys} }
${more}`);
}

/** What a world has; absent parts were not collected. */
export interface World {
  readonly mode?: string;
  readonly version?: string;
  readonly home?: readonly unknown[];
  readonly away?: readonly unknown[];
  readonly awayUsers?: readonly unknown[];
  readonly entries?: readonly Readonly<Record<string, unknown>>[];
  readonly objects?: readonly unknown[];
  readonly files?: Files;
  /** Nobody was let into the cluster. */
  readonly noRbac?: boolean;
}

/** An inventory of the cluster `prod` and the accounts around it. */
export function world({
  mode = 'API',
  version = '1.32',
  home,
  away,
  awayUsers,
  entries = [],
  objects = [],
  files: more = {},
  noRbac = false,
}: World): Inventory {
  const folder = `accounts/${A}/eks/eu-west-1/prod`;
  const files: Record<string, unknown> = {
    ...more,
    'inventory.json': {
      complete: [`${folder}/access-entries`, ...(noRbac ? [] : [`${folder}/kubernetes.yaml`])],
    },
    [`${folder}/cluster.json`]: {
      cluster: { arn: CLUSTER, name: 'prod', version, accessConfig: { authenticationMode: mode } },
    },
    [`${folder}/access-entries/list.json`]: { accessEntries: entries.map(({ principalArn }) => principalArn) },
    ...(noRbac ? {} : { [`${folder}/kubernetes.yaml`]: { apiVersion: 'v1', kind: 'List', items: [...STANDING, ...objects] } }),
  };
  for (const [i, { policies = [], ...entry }] of entries.entries()) {
    files[`${folder}/access-entries/${i}.json`] = { accessEntry: { type: 'STANDARD', kubernetesGroups: [], tags: {}, ...entry } };
    files[`${folder}/access-entries/${i}.policies.json`] = {
      clusterName: 'prod',
      principalArn: entry.principalArn,
      associatedAccessPolicies: policies,
    };
  }
  if (home !== undefined) files[`accounts/${A}/iam.json`] = details({ RoleDetailList: home });
  if (away !== undefined || awayUsers !== undefined)
    files[`accounts/${B}/iam.json`] = details({ UserDetailList: awayUsers ?? [], RoleDetailList: away ?? [] });
  return inventoryOf(files as Files);
}

const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' };

/** One object of each kind, so that no kind counts as not collected. */
const STANDING = [
  { ...RBAC, kind: 'Role', metadata: { name: 'standing', namespace: 'kube-system' }, rules: [] },
  { ...RBAC, kind: 'ClusterRole', metadata: { name: 'standing' }, rules: [] },
  {
    ...RBAC,
    kind: 'RoleBinding',
    metadata: { name: 'standing', namespace: 'kube-system' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'standing' },
    subjects: [],
  },
  {
    ...RBAC,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'standing' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'standing' },
    subjects: [],
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'kube-system' }, data: {} },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } },
];

/** A role of account B as GetAccountAuthorizationDetails gives it. */
export function awayRole(name: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return role(name, {
    Arn: `arn:aws:iam::${B}:role/${name}`,
    AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
    ...more,
  });
}

/** Plans with the clock of the tests. */
export function planOf(file: GrantsFile, inventory: Inventory, options: Partial<PlanOptions> = {}): Plan {
  return makePlan(file, inventory, { now: NOW, ...options });
}

/** The wished state of the first resource of a kind. */
export function wished<K extends Resource['kind']>(plan: Plan, kind: K): Extract<Resource, { kind: K }> | undefined {
  return plan.steps.map(({ resource }) => resource).find((each): each is Extract<Resource, { kind: K }> => each.kind === kind);
}

/** Steps as `state verb id`. */
export function stepsOf(plan: Plan): readonly string[] {
  return plan.steps.map(({ state, verb, id }) => `${state} ${verb} ${id}`);
}

/** The inventory after the steps that are to do, as `apply` would leave it. */
export function applied(plan: Plan, inventory: Inventory): Inventory {
  const todo = plan.steps.filter(({ state }) => state === 'to-do');
  return afterSteps(todo, inventory);
}

/** Steps that are not done, as `state verb id`. */
export function openSteps(plan: Plan): readonly string[] {
  return stepsOf(plan).filter((step) => !step.startsWith('done'));
}
