/** Commands and complaints that several chapters use. */
import { A, become, type Step } from './desks.ts';
import { awsAuth, CLUSTER, NODES, OPERATORS, ROLE, ROLE_ARN, SESSION } from './documents.ts';

export const ASSUME = `aws sts assume-role --role-arn ${ROLE_ARN} --role-session-name ${SESSION}`;
export const UPDATE = 'aws eks update-kubeconfig --region eu-west-1 --name prod';
/** With a token that was made once: an `aws` for each call would cost time and show nothing new. */
export const KUBECTL = 'kubectl --token "$TOKEN"';

/** Somebody of AccountA applies a manifest. */
export const apply = (step: string, input: string): Step => ({ step, at: 'a', run: `${KUBECTL} apply -f -`, input, works: true });

/** The whole complaint of a cluster that does not know who comes, of either request that kubectl makes first. */
export const UNAUTHORIZED =
  /^error: You must be logged in to the server \((Unauthorized|the server has asked for the client to provide credentials)\)$/m;

/** AWS's refusal of the article's session, or of somebody else. */
export function denied(action: string, resource: string, who = `arn:aws:sts::${A}:assumed-role/${ROLE}/${SESSION}`): string {
  return `User: ${who} is not authorized to perform: ${action} on resource: ${resource}`;
}

/** Somebody gets a token and keeps it in TOKEN. */
export function token(at: string): Step {
  const run = 'aws eks get-token --cluster-name prod --query status.token --output text';
  return {
    step: 'a token',
    at,
    run,
    works: true,
    says: 'k8s-aws-v1.',
    keeps: (out, desks) => desks.desk(at).set('TOKEN', out.trim()),
  };
}

/** For `keeps`: what `aws sts assume-role` printed becomes the variables of a desk's shell. */
export function becomes(at: string): NonNullable<Step['keeps']> {
  return (out, { desk }) => become(desk(at), out);
}

/** What is there before anybody reads the article: a cluster with nodes, and operators who get in by aws-auth. */
export const BEFORE: readonly Step[] = [
  { step: 'the creator gets a kubeconfig', at: 'a', run: UPDATE, works: true, says: `Added new context ${CLUSTER}` },
  token('a'),
  { step: 'the application has its namespace', at: 'a', run: `${KUBECTL} create namespace my-app-ns`, works: true },
  { step: 'rows of others', at: 'a', run: `${KUBECTL} create -f -`, input: awsAuth(NODES, OPERATORS), works: true },
];
