import { readTokenCommand } from './exec.ts';
import { type Profiles, profileChain, type RoleStep } from './profiles.ts';
import type { KubeContext } from './read.ts';

/** The way that a kubeconfig context takes to its cluster. */
export interface ContextPath {
  /** Cluster ARN, ACCOUNT-less `REGION/NAME` parts or a bare name: whatever the context tells. */
  readonly cluster: { readonly arn?: string; readonly region?: string; readonly name?: string };
  readonly namespace?: string;
  /** The roles that are assumed, first one first. */
  readonly steps: readonly RoleStep[];
  /** What trips people up in what stands there, a sentence each. */
  readonly remarks: readonly string[];
}

/** What the exec plugin finds around it. */
export interface Surroundings {
  readonly profiles: Profiles;
  /** AWS_PROFILE of the shell, which the plugin inherits. */
  readonly shellProfile?: string;
}

const BY = {
  aws: '--role of aws eks get-token',
  'aws-iam-authenticator': '-r of aws-iam-authenticator',
  causeway: '--role of causeway token',
} as const;

/**
 * The roles that a context assumes before its token is signed: those of the profile it names, then the role that the
 * token command assumes itself (facts/eks.md §4.5).
 */
export function pathOfContext(context: KubeContext, around: Surroundings): ContextPath | { readonly error: string } {
  const token = readTokenCommand(context.user);
  if ('error' in token) return token;
  const remarks: string[] = [];
  const steps: RoleStep[] = [];
  const profile = token.profile ?? around.shellProfile;
  if (profile !== undefined) {
    const chain = profileChain(around.profiles, profile);
    if ('error' in chain) {
      return {
        error: `it runs with AWS_PROFILE ${profile}, and ${chain.error}: on a machine without that profile its token command fails`,
      };
    }
    steps.push(...chain.steps);
    if (token.profile === undefined) remarks.push(`the shell's AWS_PROFILE (${profile}) was followed: the context names none`);
  }
  for (const { role, externalId, sessionName, mfaSerial } of token.roles) {
    const last = steps.at(-1);
    if (last?.role === role)
      remarks.push(`${role} is assumed twice: by ${last.by}, and again by the token command's --role; drop one of them`);
    steps.push({
      role,
      by: BY[token.command],
      ...(externalId === undefined ? {} : { externalId }),
      ...(sessionName === undefined ? {} : { sessionName }),
      ...(mfaSerial === undefined ? {} : { mfaSerial }),
    });
  }
  const isArn = /^arn:[^:]+:eks:/.test(context.cluster);
  return {
    cluster: {
      ...(isArn ? { arn: context.cluster } : {}),
      ...(token.region === undefined ? {} : { region: token.region }),
      ...(token.cluster === undefined ? {} : { name: token.cluster }),
    },
    ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
    steps,
    remarks,
  };
}
