import type { Source } from './text/source.ts';

/** The files of one account, by what they are. */
export interface AccountFiles {
  readonly id: string;
  readonly iam: Source[];
  readonly oidc: Source[];
  readonly resources: Source[];
}

/** The files of one cluster, by what they are. */
export interface ClusterFiles {
  /** `accounts/ID/eks/REGION/NAME`. */
  readonly folder: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly description: Source[];
  readonly accessEntries: Source[];
  readonly kubernetes: Source[];
  readonly creator: Source[];
}

/** All files by what their path says they are. */
export interface Routed {
  marks?: Source;
  /** `accounts/ID/inventory.json` by account: there the one above says nothing. */
  readonly accountMarks: Map<string, Source>;
  readonly organizations: Source[];
  readonly accounts: Map<string, AccountFiles>;
  readonly clusters: Map<string, ClusterFiles>;
  /** Files whose place means nothing. */
  readonly unknown: Source[];
  /** Files that have their place and that nothing reads yet. */
  readonly unread: Source[];
}

const DATA = /\.(json|ya?ml)$/;

/** Sorts files by path; the shape of the folder is in docs/inventory.md. */
export function route(sources: readonly Source[]): Routed {
  const routed: Routed = {
    accountMarks: new Map(),
    organizations: [],
    accounts: new Map(),
    clusters: new Map(),
    unknown: [],
    unread: [],
  };
  const sorted = [...sources].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const source of sorted) {
    const steps = source.path.replace(/^(\.\/)+/, '').split('/');
    const ours = steps[0] === 'accounts' || steps[0] === 'organizations';
    if (!place(routed, source, steps) && ours && DATA.test(source.path)) routed.unknown.push(source);
  }
  return routed;
}

function place(routed: Routed, source: Source, steps: readonly string[]): boolean {
  const [top, id = '', kind = '', ...rest] = steps;
  if (steps.length === 1) {
    if (!/^inventory\.(json|ya?ml)$/.test(top ?? '')) return false;
    routed.marks = source;
    return true;
  }
  if (!DATA.test(source.path)) return false;
  if (top === 'organizations') {
    routed.organizations.push(source);
    return true;
  }
  if (top !== 'accounts' || !/^\d{12}$/.test(id) || kind === '') return false;
  const account = accountFiles(routed, id);
  const base = kind.replace(DATA, '');
  if (base === 'iam') account.iam.push(source);
  else if (base === 'oidc-providers') account.oidc.push(source);
  else if (base === 'inventory' && rest.length === 0) routed.accountMarks.set(id, source);
  else if (base === 'identity-center') routed.unread.push(source);
  else if (kind === 'eks') return placeCluster(routed, source, id, rest);
  else if (kind === 'ecr' || kind === 'secretsmanager' || kind === 'kms') account.resources.push(source);
  else return false;
  return true;
}

function accountFiles(routed: Routed, id: string): AccountFiles {
  const known = routed.accounts.get(id);
  if (known !== undefined) return known;
  const fresh: AccountFiles = { id, iam: [], oidc: [], resources: [] };
  routed.accounts.set(id, fresh);
  return fresh;
}

function placeCluster(routed: Routed, source: Source, account: string, steps: readonly string[]): boolean {
  const [region, name, file] = steps;
  if (region === undefined || name === undefined || file === undefined) return false;
  const folder = `accounts/${account}/eks/${region}/${name}`;
  let cluster = routed.clusters.get(folder);
  if (cluster === undefined) {
    cluster = { folder, account, region, name, description: [], accessEntries: [], kubernetes: [], creator: [] };
    routed.clusters.set(folder, cluster);
  }
  const base = file.replace(DATA, '');
  if (base === 'cluster') cluster.description.push(source);
  else if (base === 'access-entries') cluster.accessEntries.push(source);
  else if (base === 'kubernetes') cluster.kubernetes.push(source);
  else if (base === 'creator') cluster.creator.push(source);
  else if (base === 'pod-identity-associations') routed.unread.push(source);
  else return false;
  return true;
}
