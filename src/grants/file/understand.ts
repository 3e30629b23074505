import { partitionOfRegion, readIdentity } from '../../rules/arn/index.ts';
import type { FileAccount, FileCluster, GrantsFile, Wish } from '../wish/types.ts';
import { readGrant } from './grant.ts';
import { type Finding, suggestion } from './problem.ts';
import type { WrittenFile } from './schema.ts';
import { twiceDirect } from './twice-direct.ts';

/** What a file means, and what is wrong with it that its shape alone does not show. */
export interface Understood {
  readonly file: GrantsFile;
  readonly findings: readonly Finding[];
}

/** Fills in what the file leaves out and checks everything that can be known without an inventory. */
export function understand(written: WrittenFile): Understood {
  const findings: Finding[] = [];
  const accounts = readAccounts(written, findings);
  const clusters = readClusters(written, accounts, findings);
  const names = new Set<string>();
  const grants: Wish[] = [];
  for (const [index, grant] of written.grants.entries()) {
    const path = ['grants', index];
    if (names.has(grant.name)) findings.push({ path: [...path, 'name'], message: `another grant has the name "${grant.name}"` });
    names.add(grant.name);
    grants.push(readGrant(grant, path, { file: written.name, accounts, clusters }, findings));
  }
  findings.push(...twiceDirect(grants));
  const file: GrantsFile = { name: written.name, accounts: [...accounts.values()], clusters: [...clusters.values()], grants };
  return { file, findings };
}

function readAccounts(written: WrittenFile, findings: Finding[]): ReadonlyMap<string, FileAccount> {
  const accounts = new Map<string, FileAccount>();
  const byId = new Map<string, string>();
  for (const [alias, { id, credentials }] of Object.entries(written.accounts)) {
    const twin = byId.get(id);
    if (twin !== undefined)
      findings.push({ path: ['accounts', alias, 'id'], message: `account ${id} has the name ${twin} already` });
    byId.set(id, alias);
    const role = credentials?.role;
    const identity = role?.startsWith('arn:') === true ? readIdentity(role) : undefined;
    if (identity !== undefined && ('error' in identity || identity.kind !== 'role' || identity.account !== id)) {
      findings.push({ path: ['accounts', alias, 'credentials', 'role'], message: `"${role}" is no role of account ${id}` });
    }
    accounts.set(alias, { alias, id, ...(role === undefined ? {} : { role }) });
  }
  return accounts;
}

function readClusters(
  written: WrittenFile,
  accounts: ReadonlyMap<string, FileAccount>,
  findings: Finding[],
): ReadonlyMap<string, FileCluster> {
  const clusters = new Map<string, FileCluster>();
  const byArn = new Map<string, string>();
  for (const [alias, { account: accountAlias, region, name, labels = {} }] of Object.entries(written.clusters)) {
    const path = ['clusters', alias];
    const account = accounts.get(accountAlias);
    const partition = partitionOfRegion(region);
    if (account === undefined) {
      const message = `there is no account "${accountAlias}" in this file`;
      findings.push({ path: [...path, 'account'], message, ...suggestion(accountAlias, accounts.keys()) });
    }
    if (partition === undefined) {
      findings.push({ path: [...path, 'region'], message: `"${region}" is no region of a partition that AWS runs` });
    }
    if (account === undefined || partition === undefined) continue;
    const arn = `arn:${partition}:eks:${region}:${account.id}:cluster/${name}`;
    const twin = byArn.get(arn);
    if (twin !== undefined) findings.push({ path, at: 'key', message: `the same cluster has the name ${twin} already` });
    byArn.set(arn, alias);
    clusters.set(alias, { alias, arn, account: account.id, partition, region, name, labels });
  }
  return clusters;
}
