import { collected } from '../../base/index.ts';
import type { Edit } from '../../inventory/index.ts';
import type { AccessEntry, AssociatedPolicy } from '../../rules/eks/index.ts';
import { authorizeAccessPolicies, readAwsAuth } from '../../rules/eks/index.ts';
import type { AssumeStep } from '../assume.ts';
import { describeStatement, sessionName } from '../report.ts';
import type { Query, RemedyStep } from '../types.ts';
import type { AuthorizeStep, JudgedPath, MapStep } from '../walk.ts';
import type { World } from '../world.ts';
import { bindingFor } from './binding.ts';

/** What would open the hop that is closed: changes, or a word to its owner where only the owner can. */
export type Proposal =
  | { readonly kind: 'changes'; readonly changes: readonly Edit[] }
  | { readonly kind: 'hand-over'; readonly step: RemedyStep };

/** Proposes the smallest opening of the hop at which a path ends. */
export function proposeFor(world: World, query: Query, path: JudgedPath): Proposal | undefined {
  const last = path.steps.at(-1);
  // Every hop is open and the path is not: the conditions contradict each other, and no change to one hop is the answer.
  if (last === undefined || last.ways.length > 0) return undefined;
  switch (last.kind) {
    case 'assume':
      return openAssume(last);
    case 'map':
      return openMap(query, path, last);
    case 'authorize':
      return openAuthorize(world, query, path, last);
    default:
      return undefined;
  }
}

function openAssume(step: AssumeStep): Proposal | undefined {
  if (step.refusal !== undefined) return undefined;
  const closed = step.decisions.find(({ decision }) => decision.ways.length === 0);
  if (closed === undefined) return undefined;
  const { action, decision } = closed;
  const { principal } = step.from;
  // No policy reaches over partitions, and what AWS refuses whatever policies say has no remedy (facts/iam.md §1.4, §2.1).
  if (decision.layer === 'api' || principal.partition !== step.role.partition) return undefined;
  const who = principal.roleArn ?? principal.arn;
  if (decision.decision === 'implicitDeny' && decision.layer === 'identity') {
    return changes({
      kind: 'add-identity-statement',
      principalArn: who,
      statement: { Effect: 'Allow', Action: action, Resource: step.role.arn },
    });
  }
  if (decision.decision === 'implicitDeny' && decision.layer === 'trust') {
    const key = principal.kind === 'federated' ? 'Federated' : 'AWS';
    return changes({
      kind: 'add-trust-statement',
      roleArn: step.role.arn,
      statement: { Effect: 'Allow', Principal: { [key]: who }, Action: action },
    });
  }
  return {
    kind: 'hand-over',
    step: {
      owner: ownerOf(decision.layer, step),
      text: handOverText(step, action, decision),
      command: '',
      change: null,
    },
  };
}

function handOverText(step: AssumeStep, action: string, decision: AssumeStep['decisions'][number]['decision']): string {
  const [statement] = decision.statements;
  if (decision.decision === 'explicitDeny' && statement !== undefined) {
    return `the owner of ${statement.policy.name} must exempt ${sessionName(step.from)} from ${describeStatement(statement)} (${action} on ${step.role.arn})`;
  }
  return `${decision.reason()}: its owner must allow ${action} on ${step.role.arn} there`;
}

function ownerOf(layer: string | null, step: AssumeStep): string {
  if (layer === 'rcp' || layer === 'trust') return step.role.account;
  return step.from.principal.account;
}

function openMap(query: Query, path: JudgedPath, step: MapStep): Proposal | undefined {
  const { cluster } = query;
  const { principal } = path.session;
  if (cluster.description.state !== 'collected' || principal.kind === 'federated') return undefined;
  const { mode } = cluster.description.value;
  if (step.mapping.taken !== undefined) return takenByNodes(query, step);
  const broken = mode === 'CONFIG_MAP' ? brokenSection(cluster) : undefined;
  if (broken !== undefined) return mend(query, broken);
  const sts = step.mapping.notes.find(({ code }) => code === 'sts-arn' || code === 'arn-with-path');
  if (mode !== 'API') {
    const wrong = sts?.rowArn;
    if (wrong !== undefined)
      return changes({ kind: 'replace-aws-auth-arn', clusterArn: cluster.arn, from: wrong, to: step.canonical });
  }
  if (mode === 'CONFIG_MAP') {
    const name = step.canonical.slice(step.canonical.lastIndexOf('/') + 1);
    const row = { rolearn: step.canonical, username: `${name}:{{SessionName}}`, groups: [`causeway:${name}`] };
    return changes({ kind: 'add-aws-auth-row', clusterArn: cluster.arn, row });
  }
  const principalArn = principal.roleArn ?? principal.arn;
  const policy = smallestPolicy(query);
  const entry: AccessEntry = {
    principalArn,
    type: 'STANDARD',
    groups: policy === undefined ? [`causeway:${principalArn.slice(principalArn.lastIndexOf('/') + 1)}`] : [],
    policies: collected(policy === undefined ? [] : [policy]),
    ...(principal.uniqueId === undefined ? {} : { boundUniqueId: principal.uniqueId }),
  };
  return changes({ kind: 'put-access-entry', clusterArn: cluster.arn, entry });
}

/**
 * A second row of the role would win over the first as a whole, and an access entry over both: whatever the role is mapped for
 * today, which is nodes as a rule, would lose its name (facts/eks.md §2.3, §2.6). So no change of the mapping is proposed.
 */
function takenByNodes(query: Query, step: MapStep): Proposal {
  const text = `${step.canonical} is mapped for sessions of another kind, as instances are; another ${step.mapping.taken === 'row' ? 'row or an access entry would replace that row' : 'entry would replace that entry'} and take their name from them: give this caller a role of its own`;
  return { kind: 'hand-over', step: { owner: query.cluster.arn, text, command: '', change: null } };
}

/** Why mapRoles counts as empty, if it does although something is written there. */
function brokenSection(cluster: Query['cluster']): string | undefined {
  const awsAuth = cluster.awsAuth();
  if (awsAuth.state !== 'collected' || awsAuth.value === null) return undefined;
  const { problems } = readAwsAuth(awsAuth.value.data);
  return problems.find(({ section, index }) => section === 'mapRoles' && index === undefined)?.text;
}

/** A row that is added to a broken text is as dead as the others; whose rows come to life with the mending nobody can read. */
function mend({ cluster }: Query, broken: string): Proposal {
  return {
    kind: 'hand-over',
    step: {
      owner: cluster.arn,
      text: `mend mapRoles of aws-auth (${broken}); every row in it then counts again, so read them all before`,
      command: 'kubectl -n kube-system edit configmap aws-auth',
      change: null,
    },
  };
}

function openAuthorize(world: World, query: Query, path: JudgedPath, step: AuthorizeStep): Proposal | undefined {
  const { cluster } = query;
  const mapped = path.steps.find((other) => other.kind === 'map');
  const policy = smallestPolicy(query);
  if (mapped?.mapping.by === 'accessEntry' && policy !== undefined && isStandard(query, path)) {
    const principalArn = path.session.principal.roleArn ?? path.session.principal.arn;
    const wider = widened(policy, mapped.mapping.policies.state === 'collected' ? mapped.mapping.policies.value : []);
    return changes({ kind: 'associate-access-policy', clusterArn: cluster.arn, principalArn, policy: wider });
  }
  const made = bindingFor(world, query, step);
  return made.length === 0 ? undefined : changes(...made);
}

/** Associating a policy again replaces its scope (facts/eks.md §3.5): the namespaces that it has stay. */
function widened(policy: AssociatedPolicy, present: readonly AssociatedPolicy[]): AssociatedPolicy {
  const same = present.find(({ policyArn }) => policyArn === policy.policyArn);
  if (same === undefined || policy.scope.type === 'cluster') return policy;
  return {
    ...policy,
    scope: { type: 'namespace', namespaces: [...new Set([...same.scope.namespaces, ...policy.scope.namespaces])] },
  };
}

/** Access policies can be associated with STANDARD entries alone (facts/eks.md §3.2). */
function isStandard(query: Query, path: JudgedPath): boolean {
  const entries = query.cluster.accessEntries();
  const principalArn = path.session.principal.roleArn ?? path.session.principal.arn;
  return (
    entries.state !== 'collected' ||
    (entries.value.find((entry) => entry.principalArn === principalArn)?.type ?? 'STANDARD') === 'STANDARD'
  );
}

/**
 * From narrow to wide. Policies that read every Secret or do everything are not proposed: there a role with just the
 * rule that was asked for is the smaller change.
 */
const BY_WIDTH = ['AmazonEKSSecretReaderPolicy', 'AmazonEKSViewPolicy', 'AmazonEKSEditPolicy', 'AmazonEKSAdminPolicy'];

/** The narrowest published access policy that allows the request, at the narrowest scope. */
function smallestPolicy(query: Query): AssociatedPolicy | undefined {
  const { cluster, request } = query;
  const namespace = 'namespace' in request ? request.namespace : undefined;
  const scope =
    namespace === undefined || namespace === ''
      ? { type: 'cluster', namespaces: [] }
      : { type: 'namespace', namespaces: [namespace] };
  // Without a namespace a policy would hold everywhere; beyond reading, that is more than was asked for.
  for (const name of scope.type === 'cluster' ? BY_WIDTH.slice(0, 2) : BY_WIDTH) {
    const policy = { policyArn: `arn:${cluster.partition}:eks::aws:cluster-access-policy/${name}`, scope };
    const { decision } = authorizeAccessPolicies([policy], request, { clusterPartition: cluster.partition });
    if (decision === 'allow') return policy;
  }
  return undefined;
}

function changes(...list: readonly Edit[]): Proposal {
  return { kind: 'changes', changes: list };
}
