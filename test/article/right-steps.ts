import { A, B, C, type Step } from './desks.ts';
import { awsAuth, binding, CLUSTER, DEVELOPERS, NODES, policy, RBAC, row, trust, web } from './documents.ts';
import { apply, KUBECTL, token, UPDATE } from './words.ts';

const RUNNER = `arn:aws:iam::${B}:role/ci-runner`;
const AUDITOR = `arn:aws:iam::${C}:role/SecurityAudit`;
const DEPLOYER = `arn:aws:iam::${A}:role/ci-deploys-my-app`;
const AUDITS = `arn:aws:iam::${A}:role/security-audits`;
const DESCRIBE = policy({ Effect: 'Allow', Action: 'eks:DescribeCluster', Resource: CLUSTER });
const assume = (target: string): string => policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: target });

/** The two callers and a role of AccountA for each, which trusts the one caller and may look the one cluster up. */
export const ROLES = [
  { account: B, name: 'ci-runner', trust: trust(`arn:aws:iam::${B}:root`), may: assume(DEPLOYER) },
  { account: C, name: 'SecurityAudit', trust: trust(`arn:aws:iam::${C}:root`), may: assume(AUDITS) },
  { account: A, name: 'ci-deploys-my-app', trust: trust(RUNNER), may: DESCRIBE },
  { account: A, name: 'security-audits', trust: trust(AUDITOR), may: DESCRIBE },
] as const;

/** Both deployments are asked for at once, so that one token answers for both. */
const TWO = `${web('my-app-ns')}\n${web('kube-system')}`;

/** The pipeline as it is meant to be: the one namespace, and nothing else. */
const deploys = (user: string, kubectl = 'kubectl'): Step => ({
  step: `the pipeline deploys to its namespace and nowhere else: ${kubectl}`,
  at: 'ci',
  run: `${kubectl} apply -f -`,
  input: TWO,
  works: false,
  says: new RegExp(
    `^deployment.apps/web (created|unchanged)\n(.*\n)*.*deployments.apps "web" is forbidden: User "${user}" cannot get resource "deployments" in API group "apps" in the namespace "kube-system"`,
  ),
});

/** The auditor as meant: everything but Secrets. */
const AUDITED: Step = {
  step: 'the auditor reads, and no Secrets',
  at: 'audit',
  run: 'kubectl get deployments,secrets -A',
  works: false,
  says: /my-app-ns +web(.*\n)*.*secrets is forbidden: User "[^"]+" cannot list resource "secrets" in API group "" at the cluster scope/,
};

const READS = `pods,nodes,configmaps,deployments.apps,rolebindings.${RBAC}`;

/** By rows of aws-auth that name the roles, beside those of others. */
export const AWS_AUTH: readonly Step[] = [
  { step: 'a kubeconfig', at: 'a', run: UPDATE, works: true },
  token('a'),
  { step: 'the namespace', at: 'a', run: `${KUBECTL} create namespace my-app-ns`, works: true },
  {
    step: 'an auditor reads this and no Secrets, everywhere',
    at: 'a',
    run: `${KUBECTL} create clusterrole audit --verb=get,list,watch --resource=${READS} && ${KUBECTL} create clusterrolebinding audit --clusterrole=audit --group=auditors`,
    works: true,
  },
  apply(
    'edit in the one namespace',
    binding('RoleBinding', 'ClusterRole', { name: 'cross-account-dev-binding', namespace: 'my-app-ns' }),
  ),
  apply(
    'two rows beside the old one',
    awsAuth(
      NODES,
      row(DEPLOYER, ['username: ci:{{SessionName}}'], [DEVELOPERS]),
      row(AUDITS, ['username: audit:{{SessionName}}'], ['auditors']),
    ),
  ),
  {
    step: 'the pipeline looks the cluster up as the role, too',
    at: 'ci',
    run: `${UPDATE} --role-arn ${DEPLOYER} --assume-role-arn ${DEPLOYER}`,
    works: true,
    says: `Added new context ${CLUSTER}`,
  },
  deploys('ci:EKSGetTokenAuth'),
  {
    step: 'the auditor has a profile that assumes the role, so that no role stands in the kubeconfig',
    at: 'audit',
    run: `printf '[profile audit]\\nrole_arn = ${AUDITS}\\nsource_profile = default\\n' > .aws/config && ${UPDATE} --profile audit`,
    works: true,
    says: 'Added new context',
  },
  AUDITED,
];

const EKS = 'aws eks';
const AT = '--cluster-name prod --principal-arn';
const EDIT = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy';
const edits = (principal: string): string =>
  `${EKS} associate-access-policy ${AT} ${principal} --policy-arn ${EDIT} --access-scope type=namespace,namespaces=my-app-ns`;
const mode = (to: string): Step => ({
  step: `mode ${to}`,
  at: 'a',
  run: `${EKS} update-cluster-config --name prod --access-config authenticationMode=${to}`,
  works: true,
});

/** By access entries of the same roles, while aws-auth counts and when it counts no more. */
export const ACCESS_ENTRIES: readonly Step[] = [
  {
    step: 'an entry of the pipeline is refused as long as aws-auth counts alone',
    at: 'a',
    run: `${EKS} create-access-entry ${AT} ${DEPLOYER}`,
    works: false,
    says: "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
  },
  mode('API_AND_CONFIG_MAP'),
  {
    step: 'the entry of the pipeline',
    at: 'a',
    run: `${EKS} create-access-entry ${AT} ${DEPLOYER}`,
    works: true,
    says: 'arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/{{SessionName}}',
  },
  { step: 'edits the one namespace', at: 'a', run: edits(DEPLOYER), works: true },
  {
    step: 'the entry of the auditor',
    at: 'a',
    run: `${EKS} create-access-entry ${AT} ${AUDITS} --kubernetes-groups auditors`,
    works: true,
  },
  mode('API'),
  deploys(`arn:aws:sts::${A}:assumed-role/ci-deploys-my-app/EKSGetTokenAuth`),
  AUDITED,
];

/** By an entry that names the role of AccountB itself: nothing is assumed but to look the cluster up. */
export const DIRECTLY: readonly Step[] = [
  { step: 'the role in between goes', at: 'a', run: `${EKS} delete-access-entry ${AT} ${DEPLOYER}`, works: true },
  { step: 'the foreign role comes', at: 'a', run: `${EKS} create-access-entry ${AT} ${RUNNER} && ${edits(RUNNER)}`, works: true },
  {
    step: 'the token is its own',
    at: 'ci',
    run: `${UPDATE} --assume-role-arn ${DEPLOYER}`,
    works: true,
    says: 'Updated context',
  },
  deploys(`arn:aws:sts::${B}:assumed-role/ci-runner/lab`),
  token('ci'),
];

/** What every kubectl has to manage with the pipeline's token. */
export function byVersion(kubectl: string): readonly Step[] {
  const run = `${kubectl} --token "$TOKEN"`;
  return [
    deploys(`arn:aws:sts::${B}:assumed-role/ci-runner/lab`, run),
    { step: 'and sees it', at: 'ci', run: `${run} get deployments -n my-app-ns`, works: true, says: 'web' },
  ];
}
