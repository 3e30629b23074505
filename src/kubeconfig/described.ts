import { parseArn } from '../rules/arn/index.ts';
import type { ClusterFacts } from './login.ts';

/**
 * Reads a cluster as DescribeCluster gives it: `{"cluster": {…}}`, as `aws eks describe-cluster` prints it, or what is
 * inside. The cluster has to be there and to answer (facts/eks.md §4.2: ACTIVE or UPDATING; one that failed its last update
 * still answers).
 */
export function readDescribedCluster(value: unknown): ClusterFacts | { readonly error: string } {
  const outer = isFields(value) ? value : {};
  const cluster = isFields(outer.cluster) ? outer.cluster : outer;
  const arn = textOf(cluster.arn);
  const parsed = parseArn(arn);
  const name = /^cluster\/([^/]+)$/.exec(parsed?.resource ?? '')?.[1];
  if (parsed === undefined || parsed.service !== 'eks' || parsed.region === '' || name === undefined)
    return { error: 'it is not what aws eks describe-cluster prints: there is no "cluster" with the "arn" of one' };
  const status = textOf(cluster.status);
  if (['CREATING', 'DELETING', 'FAILED', 'PENDING'].includes(status)) return { error: `cluster ${arn} is ${status}` };
  const server = checkedEndpoint(textOf(cluster.endpoint));
  if (typeof server !== 'string') return { error: `the endpoint of cluster ${arn} ${server.error}` };
  const authority = isFields(cluster.certificateAuthority) ? textOf(cluster.certificateAuthority.data) : '';
  if (!isBase64(authority)) return { error: `cluster ${arn} has no certificateAuthority.data in base64` };
  const outpost = isFields(cluster.outpostConfig) && cluster.outpostConfig.etcdInstanceType === undefined;
  const id = outpost ? textOf(cluster.id) : name;
  if (id === '') return { error: `cluster ${arn} is local on an Outpost and has no id` };
  return { entry: arn, id, outpost, region: parsed.region, server, ca: authority };
}

/** An endpoint that kubectl sends a token to: over http:// it sends none (facts/clients.md §5). */
export function checkedEndpoint(text: string): string | { readonly error: string } {
  if (text === '') return { error: 'is not there' };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { error: `is no URL: ${text}` };
  }
  if (url.protocol !== 'https:') return { error: `is not https://: ${text}` };
  if (url.username !== '' || url.password !== '') return { error: 'holds a name or a password' };
  return text;
}

/** The region in the name of an EKS endpoint: `https://ID.gr7.eu-west-1.eks.amazonaws.com`. */
export function regionOfEndpoint(server: string): string | undefined {
  return /^https:\/\/[^/:]*?\.([a-z]{2,4}(?:-[a-z]+)+-\d+)\.eks\.[a-z0-9.-]+/i.exec(server)?.[1]?.toLowerCase();
}

function isBase64(text: string): boolean {
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
