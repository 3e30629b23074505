import { parseArn } from '../../rules/arn/index.ts';
import { accessPolicyRules } from '../../rules/eks/index.ts';
import { callerPolicy } from '../marks.ts';
import type { Access, FileAccount, FileCluster, Principal, Wish } from '../wish/types.ts';
import { NAMESPACE, principalKey, readPrincipal } from './principals.ts';
import { type Finding, type Path, suggestion } from './problem.ts';
import { readRequirements } from './requirements.ts';
import type { WrittenAccess, WrittenGrant } from './schema.ts';
import { readExpires, readSession } from './time.ts';

/** What a grant may refer to. */
export interface GrantContext {
  /** Name of the file. */
  readonly file: string;
  readonly accounts: ReadonlyMap<string, FileAccount>;
  readonly clusters: ReadonlyMap<string, FileCluster>;
}

/** Longest name of an inline policy (IAM API reference, PutRolePolicy; facts iam.md §1.6). */
const LONGEST_POLICY_NAME = 128;

/** Reads one grant; what is wrong with it is added to the findings. */
export function readGrant(written: WrittenGrant, path: Path, context: GrantContext, findings: Finding[]): Wish {
  const add = (key: string, message: string, hint?: string): void => {
    findings.push({ path: [...path, key], message, ...(hint === undefined ? {} : { hint }) });
  };
  const via = written.via ?? 'role';
  if (written.name === 'audit') add('name', 'no grant may be named "audit": the ClusterRole of access: audit has that name');
  const policyName = callerPolicy(context.file, written.name);
  if (policyName.length > LONGEST_POLICY_NAME) {
    add(
      'name',
      `the inline policy ${policyName} would have ${policyName.length} characters, and IAM takes ${LONGEST_POLICY_NAME}`,
    );
  }
  const on = readOn(written, path, context, findings);
  const to = readTo(written, path, context, on, findings);
  const namespaces = readNamespaces(written, path, findings);
  const access = readAccess(written.access, [...path, 'access'], namespaces, findings);
  const mechanism = written.mechanism ?? 'auto';
  if (access.kind === 'policy' && (mechanism === 'entry-group' || mechanism === 'aws-auth')) {
    add('mechanism', `an access policy comes with an access entry alone: ${mechanism} cannot give ${access.name}`);
  }
  if (mechanism === 'entry-policy' && policyFor(access) === undefined) {
    add('mechanism', 'no access policy says this; entry-group binds a group to it');
  }
  const wild = namespaces.find((namespace) => namespace.includes('*'));
  if (wild !== undefined && access.kind !== 'policy' && mechanism !== 'entry-policy') {
    add(
      'namespaces',
      `"${wild}": a binding of Kubernetes is made in one namespace`,
      'mechanism: entry-policy, or access: { policy: … }, takes a trailing "*"',
    );
  }
  const require = readRequirements(written.require, [...path, 'require'], { to, via }, findings);
  const session = readSession(written.session, [...path, 'session'], via, findings);
  const expires = readExpires(written.expires, [...path, 'expires'], findings);
  return {
    name: written.name,
    to,
    on,
    access,
    namespaces,
    via,
    require,
    session,
    ...(expires === undefined ? {} : { expires }),
    mechanism,
    path,
  };
}

function readOn({ on }: WrittenGrant, path: Path, { clusters }: GrantContext, findings: Finding[]): readonly FileCluster[] {
  if (typeof on === 'object' && !Array.isArray(on)) {
    const wanted = Object.entries(on.labels);
    const found = [...clusters.values()].filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
    if (wanted.length === 0)
      findings.push({ path: [...path, 'on', 'labels'], message: 'no labels: every cluster would be meant; name them' });
    else if (found.length === 0) {
      findings.push({ path: [...path, 'on', 'labels'], message: 'no cluster of this file has these labels' });
    }
    return found;
  }
  const found = new Map<string, FileCluster>();
  for (const [i, alias] of [on].flat().entries()) {
    const at = Array.isArray(on) ? [...path, 'on', i] : [...path, 'on'];
    const cluster = clusters.get(alias);
    if (cluster === undefined) {
      findings.push({
        path: at,
        message: `there is no cluster "${alias}" in this file`,
        ...suggestion(alias, clusters.keys()),
      });
    } else if (found.has(alias)) findings.push({ path: at, message: `cluster "${alias}" stands twice` });
    else found.set(alias, cluster);
  }
  return [...found.values()];
}

function readTo(
  { to, via }: WrittenGrant,
  path: Path,
  context: GrantContext,
  on: readonly FileCluster[],
  findings: Finding[],
): readonly Principal[] {
  const principals: Principal[] = [];
  const keys = new Set<string>();
  for (const [i, written] of (Array.isArray(to) ? to : [to]).entries()) {
    const at = Array.isArray(to) ? [...path, 'to', i] : [...path, 'to'];
    const read = readPrincipal(written, at, context);
    if ('finding' in read) {
      findings.push(read.finding);
      continue;
    }
    const { principal } = read;
    const key = principalKey(principal).toLowerCase();
    if (keys.has(key)) findings.push({ path: at, message: 'the same principal stands twice' });
    keys.add(key);
    principals.push(principal);
    const arn = arnOf(principal);
    const partition = arn === undefined ? undefined : parseArn(arn)?.partition;
    const other = on.find((cluster) => partition !== undefined && cluster.partition !== partition);
    if (other !== undefined) {
      const message = `${arn} is of partition ${partition} and cluster ${other.alias} of ${other.partition}: nothing is granted across partitions`;
      findings.push({ path: at, message });
    }
    if (via === 'direct' && (principal.kind === 'github' || principal.kind === 'irsa')) {
      const message = 'a token of an identity provider makes sessions of a role alone, so it cannot be named by a cluster';
      findings.push({ path: at, message, hint: 'leave via out: the grant then makes the role' });
    }
  }
  return principals;
}

/** The ARN that says which partition a principal is of, where it has one. */
function arnOf(principal: Principal): string | undefined {
  if (principal.kind === 'role' || principal.kind === 'user') return principal.arn;
  return principal.kind === 'podIdentity' ? principal.role : undefined;
}

/** A trailing `*` is what access policies take (facts eks.md §3.5). */
function readNamespaces({ namespaces }: WrittenGrant, path: Path, findings: Finding[]): readonly string[] {
  const found = new Set<string>();
  for (const [i, namespace] of (namespaces ?? []).entries()) {
    const at = [...path, 'namespaces', i];
    const bare = namespace.replace(/\*$/, '');
    if (!NAMESPACE.test(bare) && !/^[a-z0-9][a-z0-9-]*-$/.test(bare === namespace ? '' : bare)) {
      findings.push({
        path: at,
        message: `"${namespace}" cannot be the name of a namespace`,
        ...(namespace === '*' ? { hint: 'leave namespaces out: the whole cluster' } : {}),
      });
    } else if (found.has(namespace)) findings.push({ path: at, message: `namespace "${namespace}" stands twice` });
    found.add(namespace);
  }
  return [...found].sort();
}

function readAccess(written: WrittenAccess, path: Path, namespaces: readonly string[], findings: Finding[]): Access {
  if (typeof written === 'string') {
    if (written !== 'audit') return { kind: 'clusterRole', name: written };
    return { kind: 'audit' };
  }
  const { clusterRole, policy, rules } = written;
  if ([clusterRole, policy, rules].filter((each) => each !== undefined).length !== 1) {
    findings.push({ path, message: 'one of clusterRole, policy and rules is expected' });
  }
  if (clusterRole !== undefined) {
    if (clusterRole.includes('/') || clusterRole.includes('%') || clusterRole === '.' || clusterRole === '..') {
      findings.push({ path: [...path, 'clusterRole'], message: `"${clusterRole}" cannot be the name of a ClusterRole` });
    }
    return { kind: 'clusterRole', name: clusterRole };
  }
  if (policy !== undefined) {
    const known = accessPolicyRules(`arn:aws:eks::aws:cluster-access-policy/${policy}`);
    if ('unpublished' in known) {
      const message = `AWS does not publish what ${policy} allows, so what this grant means cannot be shown`;
      findings.push({ path: [...path, 'policy'], message });
    } else if ('unknown' in known) {
      const hint = suggestion(policy, [
        'AmazonEKSViewPolicy',
        'AmazonEKSEditPolicy',
        'AmazonEKSAdminPolicy',
        'AmazonEKSClusterAdminPolicy',
        'AmazonEKSAdminViewPolicy',
        'AmazonEKSSecretReaderPolicy',
      ]);
      findings.push({ path: [...path, 'policy'], message: `no access policy of the name ${policy} is known`, ...hint });
    }
    return { kind: 'policy', name: policy };
  }
  for (const [i, rule] of (rules ?? []).entries()) {
    const at = [...path, 'rules', i];
    const { apiGroups = [], resources = [], nonResourceURLs = [], resourceNames = [] } = rule;
    // Kubernetes: pkg/apis/rbac/validation ValidatePolicyRule.
    if (nonResourceURLs.length > 0 && apiGroups.length + resources.length + resourceNames.length > 0) {
      findings.push({ path: at, message: 'a rule is for resources or for nonResourceURLs, not for both' });
    } else if (nonResourceURLs.length === 0 && (apiGroups.length === 0 || resources.length === 0)) {
      const hint = apiGroups.length === 0 ? { hint: 'apiGroups: [""] is the core group, of pods and services' } : {};
      findings.push({ path: at, message: 'a rule for resources names both apiGroups and resources', ...hint });
    }
    if (nonResourceURLs.length > 0 && namespaces.length > 0) {
      findings.push({ path: at, message: 'paths are of the whole cluster: a grant in namespaces cannot give them' });
    }
  }
  const kept = (rules ?? []).map(({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) => ({
    ...(apiGroups === undefined ? {} : { apiGroups }),
    ...(resources === undefined ? {} : { resources }),
    ...(resourceNames === undefined ? {} : { resourceNames }),
    ...(nonResourceURLs === undefined ? {} : { nonResourceURLs }),
    verbs,
  }));
  return { kind: 'rules', rules: kept };
}

/** The access policy that stands for one of Kubernetes' own roles: the same or, for edit and admin, a little less (facts eks.md §3.7). */
export function policyFor(access: Access): string | undefined {
  if (access.kind === 'policy') return access.name;
  if (access.kind !== 'clusterRole') return undefined;
  return {
    view: 'AmazonEKSViewPolicy',
    edit: 'AmazonEKSEditPolicy',
    admin: 'AmazonEKSAdminPolicy',
    'cluster-admin': 'AmazonEKSClusterAdminPolicy',
  }[access.name];
}
