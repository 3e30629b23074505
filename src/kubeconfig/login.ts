import type { TokenRole } from './exec.ts';
import type { Json, JsonMap } from './text/json.ts';

/** A cluster as a kubeconfig has to know it. */
export interface ClusterFacts {
  /** Name of the cluster entry: the ARN, as `aws eks update-kubeconfig` has it (facts/eks.md §4.1), or another where no ARN is known. */
  readonly entry: string;
  /** What the token is signed for: the name, or the id of a local cluster on an Outpost (facts/eks.md §1.1). */
  readonly id: string;
  /** The cluster is local on an Outpost. */
  readonly outpost: boolean;
  readonly region: string;
  readonly server: string;
  /** PEM in base64, as DescribeCluster gives it. */
  readonly ca?: string;
}

/** Who a user entry logs in as. */
export interface Login {
  readonly profile?: string;
  /** First one first. */
  readonly roles: readonly TokenRole[];
}

/** An exec section of a user entry. */
export type ExecSection = JsonMap;

/** What `--exec causeway` needs. */
export interface CausewayExec {
  /** Absolute path of the program. */
  readonly command: string;
  /** The credential flags as they were typed: `--profile p --role ARN --external-id x`. */
  readonly credentials: readonly string[];
}

/**
 * The exec section that runs `causeway token`. `interactiveMode` has to be said with this version (client-go,
 * clientcmd/validation.go), and a role with MFA asks on the terminal where there is one.
 */
export function causewayExec({ id, region }: ClusterFacts, { command, credentials }: CausewayExec): ExecSection {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    args: ['token', '--cluster', id, '--region', region, ...credentials],
    command,
    interactiveMode: 'IfAvailable',
    provideClusterInfo: false,
  };
}

/**
 * The exec section that `aws eks update-kubeconfig` writes (facts/eks.md §4.1), or why the aws CLI cannot do what is
 * wished: it assumes one role, and sends neither an external id nor a session name nor tags (facts/eks.md §4.5).
 *
 * @param others the credential flags beyond `--profile`, `--region` and `--role`, as typed
 */
export function awsExec(
  cluster: ClusterFacts,
  { profile, roles }: Login,
  others: readonly string[],
): ExecSection | { readonly error: string; readonly hint: string } {
  const hint = 'leave out --exec aws, or write the roles into a profile of ~/.aws/config and give --profile alone';
  if (roles.length > 1) return { error: `aws eks get-token assumes one role, and ${roles.length} are asked for`, hint };
  const [other] = others;
  if (other !== undefined) return { error: `aws eks get-token has no ${other}`, hint };
  const [role] = roles;
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    args: [
      ...['--region', cluster.region, 'eks', 'get-token', cluster.outpost ? '--cluster-id' : '--cluster-name', cluster.id],
      ...['--output', 'json'],
      ...(role === undefined ? [] : ['--role', role.role]),
    ],
    command: 'aws',
    ...(profile === undefined ? {} : { env: [{ name: 'AWS_PROFILE', value: profile }] }),
  };
}

/** Variables that decide who the command is: where a profile is said in another way they would be a second opinion. */
const WHO = new Set(['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']);

/** The environment of an exec section after a change: what others put there stays, what decides who it is becomes ours. */
export function mergedEnv(old: Json | undefined, ours: Json | undefined): readonly Json[] {
  const wished = Array.isArray(ours) ? ours : [];
  const kept = (Array.isArray(old) ? old : []).flatMap((item: Json): Json[] => {
    const name = nameOf(item);
    const mine = wished.find((each: Json) => nameOf(each) === name);
    if (mine !== undefined) return [mine];
    return name !== undefined && WHO.has(name) ? [] : [item];
  });
  return [...kept, ...wished.filter((each: Json) => !kept.includes(each))];
}

function nameOf(item: Json): string | undefined {
  return typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' ? item.name : undefined;
}
