import type { Cluster } from '../../inventory/index.ts';
import { accessPolicyRules, matchesNamespace } from '../../rules/eks/index.ts';
import { covers, type PolicyRule, type RuleAtom, ruleCovers } from '../../rules/rbac/index.ts';
import type { PlanNote } from '../types.ts';
import { AUDIT_RULES } from '../wish/audit.ts';
import { clusterRoleRules } from '../wish/mechanism.ts';
import type { Access, FileCluster, Wish } from '../wish/types.ts';

const atom = (apiGroup: string, resource: string, verb: string): RuleAtom => ({ kind: 'resource', apiGroup, resource, verb });

/** What a right means that its name does not say (facts eks.md §5.8, §6.1). */
const POWERS: readonly { readonly atom: RuleAtom; readonly text: string }[] = [
  { atom: atom('', 'secrets', 'get'), text: 'reads Secrets' },
  { atom: atom('', 'pods/exec', 'create'), text: 'runs commands in pods' },
  { atom: atom('', 'pods', 'create'), text: 'acts as every service account by making a pod that is one' },
  { atom: atom('', 'serviceaccounts', 'impersonate'), text: 'impersonates service accounts' },
  { atom: atom('', 'serviceaccounts/token', 'create'), text: 'makes tokens of service accounts' },
  { atom: atom('rbac.authorization.k8s.io', 'rolebindings', 'create'), text: 'hands its rights on' },
  { atom: atom('', 'nodes/proxy', 'get'), text: 'runs commands in every pod through the kubelet' },
];

/** The rules of what a grant gives, where they are known. */
export function rulesOf(access: Access, cluster: Cluster | undefined, policy?: string): readonly PolicyRule[] | undefined {
  const name = access.kind === 'policy' ? access.name : policy;
  if (name !== undefined) {
    const known = accessPolicyRules(`arn:aws:eks::aws:cluster-access-policy/${name}`);
    return 'rules' in known ? known.rules : undefined;
  }
  if (access.kind === 'audit') return AUDIT_RULES;
  if (access.kind === 'rules') return access.rules;
  return access.kind === 'clusterRole' && cluster !== undefined ? clusterRoleRules(access.name, cluster) : undefined;
}

/** What a grant's rights come to on one cluster. */
export function accessWarnings(wish: Wish, on: FileCluster, cluster: Cluster | undefined, policy?: string): readonly PlanNote[] {
  const rules = rulesOf(wish.access, cluster, policy);
  const warn = (code: string, text: string): PlanNote => ({ code, grant: wish.name, text });
  const found: PlanNote[] = [];
  if (rules === undefined) {
    const isCollected = cluster?.rbac().state === 'collected';
    if (wish.access.kind === 'clusterRole' && isCollected) {
      found.push(
        warn(
          'cluster-role-missing',
          `cluster ${on.alias} has no ClusterRole ${wish.access.name}: a binding to it gives nothing until somebody makes it, and then whatever it says`,
        ),
      );
    }
    return found;
  }
  const powers = POWERS.filter((power) => gives(rules, power.atom)).map(({ text }) => text);
  if (powers.length > 0) {
    const where = wish.namespaces.length === 0 ? 'in every namespace' : `in ${wish.namespaces.join(', ')}`;
    found.push(warn('powers', `${nameOf(wish.access)} ${listed(powers)}, ${where}`));
  }
  const system =
    wish.namespaces.length === 0 || wish.namespaces.some((pattern) => matchesNamespace(pattern, 'kube-system') === 'yes');
  if (system && writesAnything(rules)) {
    const text =
      'it writes in kube-system, where aws-auth and the service accounts of the cluster itself are: it can make itself an administrator';
    found.push(warn('takeover', text));
  }
  return found;
}

/** An access policy that says less, or more, than the ClusterRole that the grant names. */
export function policyWarnings(
  wish: Wish,
  on: FileCluster,
  cluster: Cluster | undefined,
  policy: string | undefined,
): readonly PlanNote[] {
  if (policy === undefined || wish.access.kind !== 'clusterRole' || cluster === undefined) return [];
  const has = rulesOf(wish.access, cluster, policy);
  const means = clusterRoleRules(wish.access.name, cluster);
  if (has === undefined || means === undefined) return [];
  const lacks = covers(has, means).missing;
  if (lacks.length === 0) return [];
  const what = [...new Set(lacks.map((one) => (one.kind === 'url' ? one.url : one.resource)))];
  const text = `${policy} says less than ClusterRole ${wish.access.name} of ${on.alias}: it lacks ${listed(what.slice(0, 6))}${what.length > 6 ? ' and more' : ''}`;
  return [{ code: 'narrower-policy', grant: wish.name, text }];
}

function gives(rules: readonly PolicyRule[], wanted: RuleAtom): boolean {
  return rules.some((rule) => ruleCovers(rule, wanted));
}

function writesAnything(rules: readonly PolicyRule[]): boolean {
  return ['configmaps', 'pods', 'serviceaccounts', 'secrets'].some((resource) =>
    ['create', 'update', 'patch'].some((verb) => gives(rules, atom('', resource, verb))),
  );
}

function nameOf(access: Access): string {
  if (access.kind === 'rules') return 'its rules: it';
  return access.kind === 'audit' ? 'audit' : access.name;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
