import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { didYouMean } from '../../base/index.ts';
import type { CredentialsRequest, Resolved } from '../../edge/credentials/index.ts';
import {
  checkedEndpoint,
  findClusterReach,
  type KubeconfigText,
  type LiveContext,
  readDescribedCluster,
  readLiveContext,
} from '../../kubeconfig/index.ts';
import type { Io } from '../context.ts';
import type { CredentialFlags } from '../credential-flags.ts';
import { usage } from '../exit.ts';
import { absolute, cannotRead } from '../files.ts';
import { accessOf } from '../kubeconfig/around.ts';
import { kubeconfigFiles, readKubeconfigText } from '../kubeconfig/files.ts';

/** The cluster that is asked, and how it is reached. */
export interface Target {
  /** ARN, or the name where no more is known. */
  readonly cluster: string;
  /** What the token is signed for. */
  readonly id: string;
  readonly server: string;
  readonly ca?: string;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
}

/** A context of the kubeconfig, with whose credentials it is used. Throws a CliError. */
export function contextTarget(
  name: string,
  flag: string | undefined,
  io: Io,
): { readonly target: Target; readonly request: CredentialsRequest } {
  const texts = textsOf(flag, io);
  const context = readLiveContext(texts, name);
  if ('error' in context) throw usage(`context ${name}: ${context.error}`, ...didYouMean(name, context.names));
  const { token } = context;
  if (token.cluster === undefined) throw usage(`context ${name}: its token command names no cluster`);
  return {
    target: { ...reachOf(context.reach, io), cluster: context.reach.clusterName, id: token.cluster },
    request: {
      roles: token.roles.map(({ role, ...rest }) => ({ arn: role, ...rest })),
      ...(token.profile === undefined ? {} : { profile: token.profile }),
      ...(token.region === undefined ? {} : { region: token.region }),
    },
  };
}

/**
 * The cluster of `--cluster`: as a kubeconfig has it under its ARN, else as DescribeCluster says it; an error is a reason why
 * Kubernetes cannot be asked.
 */
export async function clusterTarget(
  flags: CredentialFlags,
  kubeconfig: string | undefined,
  resolved: Resolved,
  io: Io,
): Promise<Target | { readonly error: string }> {
  const { cluster } = flags;
  if (cluster === undefined) throw usage('--cluster is needed');
  const known = cluster.arn === undefined ? undefined : findClusterReach(textsOf(kubeconfig, io), cluster.arn);
  if (known !== undefined) return { ...reachOf(known, io), cluster: known.clusterName, id: cluster.name };
  const { describeCluster } = await import('../../edge/aws/index.ts');
  const answer = await describeCluster(cluster.name, accessOf(resolved, resolved.region, io));
  if ('failure' in answer) return { error: `it cannot be described: ${answer.failure.message}` };
  const facts = readDescribedCluster({ cluster: answer.cluster });
  if ('error' in facts) return facts;
  if (cluster.arn !== undefined && cluster.arn !== facts.entry)
    return { error: `the credentials see ${facts.entry}, another cluster of that name` };
  return { cluster: facts.entry, id: facts.id, server: facts.server, ...(facts.ca === undefined ? {} : { ca: facts.ca }) };
}

function textsOf(flag: string | undefined, io: Io): readonly KubeconfigText[] {
  return kubeconfigFiles(flag, io).flatMap((file) => {
    const text = readKubeconfigText(file, io);
    return text === undefined ? [] : [{ file, text }];
  });
}

type Reach = Pick<Target, 'server' | 'ca' | 'tlsServerName' | 'proxyUrl'>;

function reachOf(
  { clusterName, server, caData, caFile, file, tlsServerName, proxyUrl, insecure }: LiveContext['reach'],
  io: Io,
): Reach {
  if (insecure)
    throw usage('the cluster entry has insecure-skip-tls-verify, and no token is sent where nobody knows who listens');
  const checked = checkedEndpoint(server);
  if (typeof checked !== 'string') throw usage(`the server of cluster entry ${clusterName} ${checked.error}`);
  const ca = caData ?? (caFile === undefined ? undefined : readCa(resolve(dirname(absolute(file, io)), caFile)));
  return {
    server,
    ...(ca === undefined ? {} : { ca }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  };
}

function readCa(path: string): string {
  try {
    return readFileSync(path).toString('base64');
  } catch (error) {
    throw cannotRead(path, error);
  }
}
