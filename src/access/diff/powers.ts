import type { RuleAtom } from '../../rules/rbac/index.ts';
import { type AtomSet, setOf } from './atom-set.ts';
import { coversScope } from './compare.ts';
import type { Power } from './types.ts';

const RBAC = 'rbac.authorization.k8s.io';
const WRITES = ['create', 'update', 'patch'];

/** Pods and what makes pods; whoever creates one chooses its service account, mounts its Secrets and runs its code. */
const WORKLOADS: readonly (readonly [group: string, resource: string])[] = [
  ['', 'pods'],
  ['', 'replicationcontrollers'],
  ['apps', 'deployments'],
  ['apps', 'daemonsets'],
  ['apps', 'statefulsets'],
  ['apps', 'replicasets'],
  ['batch', 'jobs'],
  ['batch', 'cronjobs'],
];

/**
 * What atoms mean beyond themselves (facts/eks.md §5.7 and §6): acting as others, granting more than one has, making oneself an
 * administrator through aws-auth, running as any service account, reaching every pod through the kubelets.
 */
export function powersOf(atoms: readonly RuleAtom[], scope: string): readonly Power[] {
  const set = setOf(atoms);
  let byScope = known.get(set);
  if (byScope === undefined) {
    byScope = new Map();
    known.set(set, byScope);
  }
  const found = byScope.get(scope) ?? findPowers(set, scope);
  byScope.set(scope, found);
  return found;
}

const known = new WeakMap<AtomSet, Map<string, readonly Power[]>>();

function findPowers(set: AtomSet, scope: string): readonly Power[] {
  const { atoms } = set;
  const inScope = scope === '' ? '' : ` in ${scope}`;
  if (set.covers(resource('*', '*', '*'))) {
    return [
      { code: 'everything', text: scope === '' ? 'may do everything: a cluster administrator' : `may do everything${inScope}` },
    ];
  }
  const out: Power[] = [];
  const whom = ['users', 'groups', 'serviceaccounts'].filter((kind) => someOf(set, atoms, '', kind, ['impersonate']));
  // Users and groups stand in no namespace; a service account stands in one.
  const acting = scope === '' ? whom : whom.filter((kind) => kind === 'serviceaccounts');
  if (acting.length > 0) {
    const words = acting.map((kind) => (kind === 'serviceaccounts' ? 'service accounts' : kind)).join(' and ');
    out.push({ code: 'impersonate', text: `may act as other ${words}${inScope}` });
  }
  const granting = ['roles', 'clusterroles'].some((kind) => someOf(set, atoms, RBAC, kind, ['bind', 'escalate']));
  if (granting) out.push({ code: 'grant-more', text: `may grant access that it does not have itself${inScope}` });
  const kubeSystem = coversScope(scope, 'kube-system');
  if (kubeSystem && ['update', 'patch'].some((verb) => set.covers(resource(verb, '', 'configmaps', 'aws-auth')))) {
    const text = 'may write aws-auth, and with it make anybody an administrator where the cluster reads aws-auth';
    out.push({ code: 'write-aws-auth', text });
  }
  if (WORKLOADS.some(([group, kind]) => someOf(set, atoms, group, kind, ['create']))) {
    out.push({ code: 'run-pods', text: `may run pods as any service account${inScope}` });
  }
  if (someOf(set, atoms, '', 'serviceaccounts/token', ['create'])) {
    out.push({ code: 'mint-tokens', text: `may make tokens of service accounts${inScope}` });
  }
  if (scope === '' && someOf(set, atoms, '', 'nodes/proxy', ['get', ...WRITES])) {
    out.push({ code: 'nodes-proxy', text: 'may reach every pod of a node through its kubelet, past admission and audit' });
  }
  return out;
}

/** Whether one of the verbs is given, on all of a resource or on some of its names. */
function someOf(set: AtomSet, atoms: readonly RuleAtom[], group: string, kind: string, verbs: readonly string[]): boolean {
  return verbs.some((verb) => {
    if (set.covers(resource(verb, group, kind))) return true;
    return atoms.some(
      (atom) => atom.kind === 'resource' && atom.name !== undefined && set.covers(resource(verb, group, kind, atom.name)),
    );
  });
}

function resource(verb: string, apiGroup: string, kind: string, name?: string): RuleAtom {
  return { kind: 'resource', verb, apiGroup, resource: kind, ...(name === undefined ? {} : { name }) };
}
