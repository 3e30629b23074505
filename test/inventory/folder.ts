import { type Inventory, type InventoryOptions, makeInventory, type Source } from '../../src/inventory/index.ts';

/** A file of a test inventory: its text, or a value that is written as JSON. */
export type Files = Readonly<Record<string, unknown>>;

/** An inventory from files in memory. */
export function inventoryOf(files: Files, options: InventoryOptions = {}): Inventory {
  return makeInventory(sourcesOf(files), options);
}

/** The files as sources. */
export function sourcesOf(files: Files): readonly Source[] {
  return Object.entries(files).map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value, null, 4);
    return { path, size: text.length, text: () => text };
  });
}

export const A = '111111111111';
export const IAM = `accounts/${A}/iam.json`;
export const CLUSTER = `accounts/${A}/eks/eu-west-1/prod`;
export const CLUSTER_ARN = `arn:aws:eks:eu-west-1:${A}:cluster/prod`;

/** A policy document with one statement. */
export function policy(action: string): { readonly Version: string; readonly Statement: readonly unknown[] } {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] };
}

export const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:root` }, Action: 'sts:AssumeRole' }],
};

/** A role as GetAccountAuthorizationDetails gives it. */
export function role(name: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase()}`,
    Arn: `arn:aws:iam::${A}:role/${name}`,
    CreateDate: '2025-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: TRUST,
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    Tags: [],
    ...more,
  };
}

/** A user as GetAccountAuthorizationDetails gives it. */
export function user(name: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const Arn = `arn:aws:iam::${A}:user/${name}`;
  return {
    Path: '/',
    UserName: name,
    UserId: 'AIDAX',
    Arn,
    UserPolicyList: [],
    GroupList: [],
    AttachedManagedPolicies: [],
    ...more,
  };
}

/** The whole answer of GetAccountAuthorizationDetails. */
export function details(more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [], ...more };
}

/** Codes and places of an inventory's problems, as `code file:line:column`. */
export function problemsOf(inventory: Inventory): readonly string[] {
  return inventory.problems().map(({ code, file, line, column }) => {
    const at = line === undefined ? '' : `:${line}:${column}`;
    return `${code} ${file}${at}`;
  });
}

/** Reads everything there is to read. */
export function readAll(inventory: Inventory): void {
  for (const account of inventory.accounts.values()) {
    const iam = account.iam();
    if (iam.state === 'collected') void [iam.value.roles, iam.value.users];
    void [account.trusts(), account.oidcProviders(), account.resourcePolicies()];
  }
  for (const cluster of inventory.clusters) {
    void [cluster.accessEntries(), cluster.awsAuth(), cluster.rbac(), cluster.namespaces(), cluster.creator()];
  }
  void inventory.organizations;
}
