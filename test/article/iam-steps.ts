import { credentialsIn, type Printed, profileOf } from '../loopback/lab.ts';
import { A, B, type Step } from './desks.ts';
import {
  CLUSTER,
  MAY_ASSUME,
  READ_ONLY,
  READ_ONLY_WITH_COMMENT,
  ROLE,
  ROLE_ARN,
  SESSION,
  SESSION_ARN,
  TRUSTS_B,
} from './documents.ts';
import { ASSUME, becomes, denied, token, UNAUTHORIZED, UPDATE } from './words.ts';

/** The article's first half: the roles and policies, and the kubeconfig. */
export const IAM_STEPS: readonly Step[] = [
  {
    step: 'a role in AccountA that trusts "another AWS account"',
    at: 'a',
    run: `aws iam create-role --role-name ${ROLE} --assume-role-policy-document '${TRUSTS_B}'`,
    works: true,
    says: ROLE_ARN,
  },
  {
    step: 'with the managed policy that is said to give access to clusters',
    at: 'a',
    run: `aws iam attach-role-policy --role-name ${ROLE} --policy-arn arn:aws:iam::aws:policy/AmazonEKSClusterPolicy`,
    works: true,
  },
  {
    step: 'the read-only policy, with its comment',
    at: 'a',
    run: `aws iam create-policy --policy-name CrossAccountEKSReadOnly --policy-document '${READ_ONLY_WITH_COMMENT}'`,
    works: false,
    says: 'An error occurred (MalformedPolicyDocument) when calling the CreatePolicy operation: ',
    faults: [2],
  },
  { step: 'a user for the pipeline', at: 'b-admin', run: 'aws iam create-user --user-name ci', works: true },
  {
    step: 'the policy to assume the role',
    at: 'b-admin',
    run: `aws iam create-policy --policy-name AssumeClusterRole --policy-document '${MAY_ASSUME}'`,
    works: true,
  },
  {
    step: 'given to the user',
    at: 'b-admin',
    run: `aws iam attach-user-policy --user-name ci --policy-arn arn:aws:iam::${B}:policy/AssumeClusterRole`,
    works: true,
  },
  {
    step: 'and the key that goes into its profile',
    at: 'b-admin',
    run: 'aws iam create-access-key --user-name ci',
    works: true,
    keeps: (out, { desk }) => {
      const { AccessKey: key } = JSON.parse(out) as { readonly AccessKey: Printed };
      desk('b').write('.aws/credentials', profileOf('accountb', credentialsIn(key)));
    },
  },
  {
    step: 'the pipeline assumes the role',
    at: 'b',
    run: `${ASSUME} --profile accountb`,
    works: true,
    says: SESSION_ARN,
    keeps: becomes('b-session'),
  },
  {
    step: 'whoever may assume anything in AccountB gets in too: the trust policy names nobody',
    at: 'b-admin',
    run: ASSUME.replace(SESSION, 'bob'),
    works: true,
    says: SESSION_ARN.replace(SESSION, 'bob'),
    keeps: becomes('b-other'),
    faults: [5],
  },
  {
    step: 'credentials that were copied by hand cannot be made to last the day',
    at: 'b',
    run: `${ASSUME} --profile accountb --duration-seconds 43200`,
    works: false,
    says: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    faults: [22],
  },
  {
    step: 'the auditor of AccountC has been forgotten',
    at: 'c',
    run: ASSUME,
    works: false,
    says: `(AccessDenied) when calling the AssumeRole operation: ${denied('sts:AssumeRole', ROLE_ARN, `arn:aws:iam::333333333333:user/admin`)}`,
    faults: [20],
  },
  {
    step: 'the managed policy holds nothing of EKS',
    at: 'b-session',
    run: UPDATE,
    works: false,
    says: `(AccessDeniedException) when calling the DescribeCluster operation: ${denied('eks:DescribeCluster', CLUSTER)} because no identity-based policy allows the eks:DescribeCluster action`,
    faults: [1],
  },
  {
    step: 'the read-only policy, now as JSON',
    at: 'a',
    run: `aws iam create-policy --policy-name CrossAccountEKSReadOnly --policy-document '${READ_ONLY}'`,
    works: true,
  },
  {
    step: 'given to the role',
    at: 'a',
    run: `aws iam attach-role-policy --role-name ${ROLE} --policy-arn arn:aws:iam::${A}:policy/CrossAccountEKSReadOnly`,
    works: true,
  },
  {
    step: 'the kubeconfig, as the article has it: the cluster is looked for in AccountB, where the user may look at nothing',
    at: 'b',
    run: `${UPDATE} --role-arn ${ROLE_ARN} --profile accountb`,
    works: false,
    says: denied('eks:DescribeCluster', CLUSTER.replace(A, B), `arn:aws:iam::${B}:user/ci`),
    faults: [13],
  },
  {
    step: 'nor does it help to be the administrator there',
    at: 'b-admin',
    run: `${UPDATE} --role-arn ${ROLE_ARN}`,
    works: false,
    says: '(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: prod.',
    faults: [13],
  },
  {
    step: 'the policy is for every cluster: one that is not there is said to be not there, and not to be forbidden',
    at: 'b-session',
    run: 'aws eks describe-cluster --name payments',
    works: false,
    says: '(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: payments.',
    faults: [3],
  },
  {
    step: 'with the variables of the session the kubeconfig can be made',
    at: 'b-session',
    run: UPDATE,
    works: true,
    says: `Added new context ${CLUSTER}`,
  },
  {
    step: 'what it runs is get-token, and no other helper',
    at: 'b-session',
    run: 'kubectl config view -o jsonpath="{.users[0].user.exec.command} {.users[0].user.exec.args}"',
    works: true,
    says: 'aws ["--region","eu-west-1","eks","get-token","--cluster-name","prod"',
    faults: [14],
  },
  {
    step: 'and read access to EKS is none to the cluster',
    at: 'b-session',
    // What the server offers is known already, so that kubectl asks one thing and not ten.
    run: 'kubectl --cache-dir ../a/.kube/cache get pods -n my-app-ns',
    works: false,
    says: UNAUTHORIZED,
    faults: [4],
  },
  token('b-session'),
];
