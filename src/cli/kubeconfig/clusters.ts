import { readFileSync } from 'node:fs';
import type { AwsFailure } from '../../edge/aws/index.ts';
import type { Resolved } from '../../edge/credentials/index.ts';
import { type ClusterFacts, checkedEndpoint, readDescribedCluster, regionOfEndpoint } from '../../kubeconfig/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import type { Io } from '../context.ts';
import { CliError, EXIT, failed, usage } from '../exit.ts';
import { absolute, cannotRead, openBytes } from '../files.ts';
import { openFolder } from '../inventory.ts';
import { chooseCluster } from '../request/cluster.ts';
import { accessOf, credentialsOf } from './around.ts';
import type { KubeconfigFlags } from './flags.ts';

/** The clusters that contexts are made for, and what is to be said about those that there are none for. */
export interface FoundClusters {
  readonly clusters: readonly ClusterFacts[];
  /** Endpoint and certificate came from a file or the command line. */
  readonly handedOver: boolean;
  readonly notes: readonly string[];
}

/** Finds out what a kubeconfig has to know of the cluster: from a file, the flags, the inventory, or from AWS. */
export async function findClusters(flags: KubeconfigFlags, io: Io): Promise<FoundClusters> {
  if (flags.from !== undefined) return handed(await fromFile(flags.from, flags, io));
  if (flags.endpoint !== undefined) return handed(fromFlags(flags, flags.endpoint, io));
  if (flags.inventory !== undefined) return fromInventory(flags, flags.inventory, io);
  return flags.all ? allOfAws(flags, io) : oneOfAws(flags, io);
}

function handed(cluster: ClusterFacts): FoundClusters {
  return { clusters: [cluster], handedOver: true, notes: [] };
}

async function fromFile(file: string, flags: KubeconfigFlags, io: Io): Promise<ClusterFacts> {
  const parts: Uint8Array[] = [];
  for await (const part of openBytes(file, io)) parts.push(Uint8Array.from(part));
  const name = file === '-' ? 'standard input' : file;
  const facts = described(Buffer.concat(parts).toString('utf8'), name);
  const wanted = flags.credentials.cluster;
  if (wanted !== undefined && wanted.arn !== undefined && wanted.arn !== facts.entry)
    throw usage(`${name} describes ${facts.entry}, and --cluster says ${wanted.arn}`);
  if (wanted !== undefined && wanted.arn === undefined && !facts.entry.endsWith(`:cluster/${wanted.name}`))
    throw usage(`${name} describes ${facts.entry}, and --cluster says ${wanted.name}`);
  return facts;
}

function described(text: string, name: string): ClusterFacts {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw usage(`${name} is no JSON`, 'its owner makes it with aws eks describe-cluster --name NAME --output json');
  }
  const facts = readDescribedCluster(value);
  if ('error' in facts) throw usage(`${name}: ${facts.error}`);
  return facts;
}

function fromFlags({ ca = '', credentials }: KubeconfigFlags, endpoint: string, io: Io): ClusterFacts {
  const server = checkedEndpoint(endpoint);
  if (typeof server !== 'string') throw usage(`--endpoint ${server.error}`);
  const pem = readPem(ca, io);
  const { cluster, region = regionOfEndpoint(server) } = credentials;
  if (cluster === undefined) throw usage('--cluster is needed', '--cluster takes the ARN or the name that tokens are made for');
  if (region === undefined) throw usage('--region is needed: neither the cluster nor the endpoint tells it');
  // Without an account there is no ARN.
  const entry = cluster.arn ?? `${region}/${cluster.name}`;
  return { entry, id: cluster.name, outpost: false, region, server, ca: Buffer.from(pem).toString('base64') };
}

function readPem(file: string, io: Io): string {
  let text: string;
  try {
    text = readFileSync(absolute(file, io), 'utf8');
  } catch (error) {
    throw cannotRead(file, error);
  }
  if (/PRIVATE KEY/.test(text)) throw usage(`${file} holds a private key; the certificate alone is wanted`);
  if (!/^-----BEGIN CERTIFICATE-----$/m.test(text)) throw usage(`${file} is no certificate in PEM`);
  return text;
}

function fromInventory(flags: KubeconfigFlags, folder: string, io: Io): FoundClusters {
  const { inventory, readText } = openFolder(folder, io);
  const wanted = flags.credentials.cluster;
  const chosen = flags.all ? inventory.clusters : [chooseCluster(inventory.clusters, wanted?.arn ?? wanted?.name, folder)];
  const notes: string[] = [];
  const clusters = chosen.flatMap(({ arn, description }): ClusterFacts[] => {
    if (description.state !== 'collected') {
      notes.push(`${arn} was left out: ${description.gap.what}`);
      return [];
    }
    const { file } = description.value.origin;
    try {
      return [described(readText(file) ?? '', file)];
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      notes.push(`${arn} was left out: ${error.message}`);
      return [];
    }
  });
  return { clusters, handedOver: true, notes };
}

async function oneOfAws(flags: KubeconfigFlags, io: Io): Promise<FoundClusters> {
  const { cluster } = flags.credentials;
  if (cluster === undefined) throw usage('--cluster is needed');
  const resolved = await credentialsOf(flags.credentials, io);
  const { describeCluster } = await import('../../edge/aws/index.ts');
  const answer = await describeCluster(cluster.name, accessOf(resolved, resolved.region, io));
  if ('failure' in answer) throw notDescribed(cluster.name, resolved, answer.failure);
  const facts = readDescribedCluster({ cluster: answer.cluster });
  if ('error' in facts) throw failed(facts.error);
  if (cluster.arn !== undefined && cluster.arn !== facts.entry) {
    throw failed(
      `the credentials see ${facts.entry}, another cluster of that name than ${cluster.arn}`,
      `--role names a role of account ${parseArn(cluster.arn)?.account ?? ''} to go through`,
    );
  }
  return { clusters: [facts], handedOver: false, notes: [] };
}

/** Every cluster that the caller may list and describe; what is refused is said and left out. */
async function allOfAws(flags: KubeconfigFlags, io: Io): Promise<FoundClusters> {
  const resolved = await credentialsOf(flags.credentials, io);
  const { describeCluster, listClusters } = await import('../../edge/aws/index.ts');
  const notes: string[] = [];
  const clusters: ClusterFacts[] = [];
  let answered = 0;
  let last: CliError | undefined;
  for (const region of flags.regions.length > 0 ? flags.regions : [resolved.region]) {
    const access = accessOf(resolved, region, io);
    const listed = await listClusters(access);
    if ('failure' in listed) {
      last = failed(
        `the clusters of ${region} cannot be listed: ${inWords(listed.failure)}`,
        ...hintsOf(listed.failure, 'eks:ListClusters'),
      );
      notes.push(last.message);
      continue;
    }
    answered++;
    for (const name of listed.names) {
      const answer = await describeCluster(name, access);
      const facts = 'failure' in answer ? { error: inWords(answer.failure) } : readDescribedCluster({ cluster: answer.cluster });
      if ('error' in facts) notes.push(`${region}/${name} was left out: ${facts.error}`);
      else clusters.push(facts);
    }
  }
  if (answered === 0 && last !== undefined) throw last;
  return { clusters, handedOver: false, notes };
}

function notDescribed(name: string, { region, source, hops }: Resolved, failure: AwsFailure): CliError {
  const who = hops.at(-1)?.session ?? source;
  if (failure.code === 'ResourceNotFoundException') {
    return new CliError(EXIT.failed, `there is no cluster ${name} in ${region} of the account that ${who} asks`, [
      'a cluster of another account is described by a role there: --role ARN; --region names another region',
    ]);
  }
  return failed(
    `cluster ${name} in ${region} cannot be described by ${who}: ${inWords(failure)}`,
    ...hintsOf(failure, 'eks:DescribeCluster'),
  );
}

/** AWS's own words, which hold the ARN and the action; one line. */
function inWords({ code, message }: AwsFailure): string {
  return message.startsWith(code) || code === 'Error' ? message : `${code}: ${message}`;
}

function hintsOf({ code }: AwsFailure, action: string): string[] {
  if (code === 'AccessDeniedException')
    return [`${action} is needed, or the owner of the cluster hands over what aws eks describe-cluster prints: --from FILE`];
  if (/Expired/.test(code)) return ['the credentials have expired: log in again'];
  if (/^E[A-Z]+$|TimeoutError/.test(code)) return ['EKS could not be reached: network, proxy (HTTPS_PROXY) or AWS_ENDPOINT_URL'];
  return [];
}
