import { B, type Step } from './desks.ts';
import { awsAuth, binding, CLUSTER, DEVELOPERS, NODES, OPERATORS, ROLE, ROLE_ARN, row, SESSION_ARN, web } from './documents.ts';
import { apply, denied, KUBECTL, token, UNAUTHORIZED, UPDATE } from './words.ts';

const NAME = `username: ${B}-${ROLE}`;
const NODE_NAME = 'username: system:node:{{EC2PrivateDNSName}}';
const MASTERS = ['system:masters'];
const DEVELOPER = 'username: cross-account-developer-user';

/** The article's second half: aws-auth and the binding. */
export const CLUSTER_STEPS: readonly Step[] = [
  {
    step: 'aws-auth as it is has rows of others',
    at: 'a',
    run: `${KUBECTL} get configmap aws-auth -n kube-system -o yaml`,
    works: true,
    says: 'rolearn: arn:aws:iam::111111111111:role/eks-prod-node-role',
  },
  { step: 'the operators get in', at: 'operators', run: `${KUBECTL} get nodes`, works: true },
  apply('the first example of aws-auth', awsAuth(row(SESSION_ARN, [NODE_NAME, NAME], MASTERS))),
  {
    step: 'which locks out everybody else',
    at: 'operators',
    run: `${KUBECTL} get nodes`,
    works: false,
    says: UNAUTHORIZED,
    faults: [12],
  },
  {
    step: 'the nodes too',
    at: 'a',
    run: `${KUBECTL} get configmap aws-auth -n kube-system -o jsonpath={.data.mapRoles} | grep -c node-role`,
    works: false,
    says: '0',
    faults: [12],
  },
  {
    step: 'and lets the pipeline in no more than before',
    at: 'b-session',
    run: `${KUBECTL} get pods -n my-app-ns`,
    works: false,
    says: UNAUTHORIZED,
    faults: [6],
  },
  apply('the second example', awsAuth(row(SESSION_ARN, [DEVELOPER], [DEVELOPERS]))),
  {
    step: 'does neither',
    at: 'b-session',
    run: `${KUBECTL} get pods -n my-app-ns`,
    works: false,
    says: UNAUTHORIZED,
    faults: [6],
  },

  apply('the row put right, with the name of a node', awsAuth(NODES, OPERATORS, row(ROLE_ARN, [NODE_NAME], [DEVELOPERS]))),
  {
    step: 'no session is named like an instance',
    at: 'b-session',
    run: `${KUBECTL} get pods -n my-app-ns`,
    works: false,
    says: UNAUTHORIZED,
    faults: [7],
  },
  apply('the row put right, with no name', awsAuth(NODES, OPERATORS, row(ROLE_ARN, [], [DEVELOPERS]))),
  {
    step: 'the name is empty: nothing makes one of the ARN',
    at: 'b-session',
    run: `${KUBECTL} get pods -n my-app-ns`,
    works: false,
    says: 'pods is forbidden: User "" cannot list resource "pods" in API group "" in the namespace "my-app-ns"',
    faults: [8],
  },
  apply('the first example put right', awsAuth(NODES, OPERATORS, row(ROLE_ARN, [NODE_NAME, NAME], MASTERS))),
  {
    step: 'the pipeline owns the cluster',
    at: 'b-session',
    run: `${KUBECTL} get secrets -n kube-system`,
    works: true,
    faults: [10],
  },
  {
    step: 'and nothing in the cluster can limit it',
    at: 'b-session',
    run: `${KUBECTL} delete clusterrolebinding cluster-admin && ${KUBECTL} auth can-i '*' '*' -A`,
    works: true,
    says: 'yes',
    faults: [10],
  },
  apply('the second example put right', awsAuth(NODES, OPERATORS, row(ROLE_ARN, [DEVELOPER], [DEVELOPERS]))),
  {
    step: 'gives a name and a group, and no permission',
    at: 'b-session',
    run: `${KUBECTL} get pods -n my-app-ns`,
    works: false,
    says: 'Error from server (Forbidden): pods is forbidden: User "cross-account-developer-user" cannot list resource "pods" in API group "" in the namespace "my-app-ns"',
    faults: [15],
  },
  {
    step: 'the binding with the role that the comment offers',
    at: 'a',
    run: `${KUBECTL} apply -f -`,
    input: binding('ClusterRoleBinding', 'Role', { name: 'cross-account-dev-binding' }),
    works: false,
    says: 'The ClusterRoleBinding "cross-account-dev-binding" is invalid: roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    faults: [17],
  },
  apply('the binding as it is written', binding('ClusterRoleBinding', 'ClusterRole', { name: 'cross-account-dev-binding' })),
  {
    step: 'the pipeline deploys',
    at: 'b-session',
    run: `${KUBECTL} apply -n my-app-ns -f -`,
    input: web(),
    works: true,
    says: 'deployment.apps/web created',
  },
  {
    step: 'and deploys everywhere',
    at: 'b-session',
    run: `${KUBECTL} apply -n kube-system -f -`,
    input: web(),
    works: true,
    says: 'deployment.apps/web created',
    faults: [16],
  },
  {
    step: 'and may make itself whatever it likes: aws-auth is a ConfigMap',
    at: 'b-session',
    run: `${KUBECTL} auth can-i update configmaps/aws-auth -n kube-system`,
    works: true,
    says: 'yes',
    faults: [16],
  },
  {
    step: 'edit reads Secrets, runs commands in pods and becomes service accounts',
    at: 'b-session',
    run: `for ask in 'get secrets' 'create pods/exec' 'impersonate serviceaccounts' 'create serviceaccounts/token'; do ${KUBECTL} auth can-i $ask -n my-app-ns || exit; done`,
    works: true,
    says: /^yes\nyes\nyes\nyes\n$/,
    faults: [18],
  },
  token('b-other'),
  {
    step: 'another of AccountB has the same name in the cluster: one name for many is taken, and hides who acts',
    at: 'b-other',
    run: `${KUBECTL} auth whoami -o jsonpath={.status.userInfo.username}`,
    works: true,
    says: /^cross-account-developer-user$/,
    faults: [9, 19],
  },
  {
    step: 'a kubeconfig that was made while AWS_PROFILE was set',
    at: 'b',
    run: `AWS_PROFILE=accountb ${UPDATE} --role-arn ${ROLE_ARN} --assume-role-arn ${ROLE_ARN} --kubeconfig ../ci/.kube/config`,
    works: true,
  },
  {
    step: 'wants that profile on the machine of the pipeline',
    at: 'ci',
    run: 'kubectl --cache-dir ../a/.kube/cache get pods -n my-app-ns',
    works: false,
    says: 'The config profile (accountb) could not be found',
    faults: [26],
  },
  {
    step: 'a boundary that somebody else sets',
    at: 'a',
    run: `aws iam put-role-permissions-boundary --role-name ${ROLE} --permissions-boundary arn:aws:iam::aws:policy/AmazonEKSClusterPolicy`,
    works: true,
  },
  {
    step: 'breaks the chain, and the article names none',
    at: 'b-session',
    run: UPDATE,
    works: false,
    says: `${denied('eks:DescribeCluster', CLUSTER)} because no permissions boundary allows the eks:DescribeCluster action`,
    faults: [24],
  },
  {
    step: 'somebody goes on to access entries, the recommended way',
    at: 'a',
    run: 'aws eks update-cluster-config --name prod --access-config authenticationMode=API_AND_CONFIG_MAP && aws eks update-cluster-config --name prod --access-config authenticationMode=API',
    works: true,
  },
  {
    step: 'and aws-auth is read no more',
    at: 'b-session',
    run: `${KUBECTL} get pods -n my-app-ns`,
    works: false,
    says: UNAUTHORIZED,
    faults: [11],
  },
];

/** Faults that are of no command: what is missing, and where it is shown if anywhere. */
export const NO_STEP: Readonly<Record<number, string>> = {
  21: 'an access entry on the foreign principal itself: put-right.test.ts does it',
  23: 'private endpoints and DNS: the lab has no network but loopback',
  25: "image repositories and the pipeline's own secrets: the lab plays neither",
};

/** What `causeway lab log` says of the refusals above, which the client only calls unauthorized. */
export const LOGGED = [
  `no row of aws-auth names ${ROLE_ARN}; row 1 of mapRoles names ${SESSION_ARN}, a session and not the role: write ${ROLE_ARN}`,
  'no row of aws-auth names arn:aws:iam::111111111111:role/operators',
  'SessionName did not contain an instance id',
  'row 3 of mapRoles names the caller, but aws-auth is not read in mode API',
] as const;
