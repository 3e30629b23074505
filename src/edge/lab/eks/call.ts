import { type Call, denied } from '../authorise.ts';
import type { ClusterDoc, EntryDoc } from '../state/documents.ts';
import { cannotJudge } from '../state/gaps.ts';
import { clusterScope, clustersIn } from '../state/scope.ts';
import { Fault } from '../wire/fault.ts';
import { type Page, pageOf } from '../wire/page.ts';

/** A call of EKS, its path and body taken apart. */
export interface EksCall extends Call {
  /** Decoded segments of the path: `name`, `principalArn`, `policyArn`. */
  readonly segments: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An operation of EKS. */
export type EksOperation = (call: EksCall) => Readonly<Record<string, unknown>>;

/** ARN of the cluster that a call names: of the caller's account, in the region that it signed for. */
export function clusterArn({ caller, region, segments }: EksCall): string {
  return `arn:${caller.partition}:eks:${region}:${caller.account}:cluster/${segments['name']}`;
}

/** The cluster that a call names; throws EKS's refusal. */
export function clusterOf(call: EksCall): ClusterDoc {
  const arn = clusterArn(call);
  const found = call.lab.store.get(clusterScope(arn), 'cluster', arn);
  if (found === undefined) throw noCluster(call);
  return found;
}

function noCluster(call: EksCall): Fault {
  return notFound(`No cluster found for name: ${call.segments['name'] ?? ''}.`, {}, elsewhere(call));
}

/**
 * Where clusters of the name are that a call asks for, when its own account and region have none. Nobody but the log is told:
 * EKS looks in one account and one region.
 */
export function elsewhere(call: EksCall): string | undefined {
  const { lab, segments, caller, region } = call;
  const { name } = segments;
  const arn = clusterArn(call);
  if (name === undefined || lab.store.get(clusterScope(arn), 'cluster', arn) !== undefined) return undefined;
  const others = clustersIn(lab.store.scopes()).filter((one) => one.endsWith(`:cluster/${name}`));
  return others.length === 0
    ? 'no account of the lab has a cluster of that name'
    : `asked in account ${caller.account}, ${region}; the lab has ${others.join(', ')}`;
}

/** Refuses a call that shows or changes access entries, where an inventory does not hold them whole. */
export function needsEntries(call: EksCall): void {
  const document = clusterOf(call);
  needsWhole(call, document);
  if (document.entries) return;
  const entries = call.lab.view.cluster(clusterArn(call))?.accessEntries();
  throw denied(call, cannotJudge(entries === undefined || entries.state === 'collected' ? [] : [entries.gap]));
}

/** Refuses to change a cluster whose files stand as they were collected. */
export function needsWhole(call: EksCall, { files, cluster }: ClusterDoc): void {
  if (files !== true) return;
  const what = `cluster ${cluster.name}, whose description and access entries were collected in parts`;
  throw denied(call, cannotJudge([{ what, state: 'unjudged' }]));
}

/** The access entry that a call names, if there is one. */
export function findEntry(call: EksCall): EntryDoc | undefined {
  return call.lab.store.get(clusterScope(clusterArn(call)), 'entry', call.segments['principalArn'] ?? '');
}

/** InvalidParameterException, 400. */
export function invalidParameter(message: string): Fault {
  return new Fault('InvalidParameterException', 400, message);
}

/** InvalidRequestException, 400. */
export function invalidRequest(message: string): Fault {
  return new Fault('InvalidRequestException', 400, message);
}

/** ResourceNotFoundException, 404. */
export function notFound(message: string, fields?: Fault['fields'], note?: string): Fault {
  return new Fault('ResourceNotFoundException', 404, message, fields, note);
}

/** A page of a list by `maxResults` (1 to 100) and `nextToken`. */
export function eksPage<T>(
  { query }: EksCall,
  items: readonly T[],
  key: (item: T) => string,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const asked = query.get('maxResults');
  const most = asked === null ? 100 : Number(asked);
  if (!Number.isInteger(most) || most < 1 || most > 100) throw invalidParameter('maxResults must be between 1 and 100');
  const page: Page<T> | { readonly error: string } = pageOf(items, key, query.get('nextToken') ?? undefined, most);
  if ('error' in page) throw invalidParameter('Invalid nextToken');
  return page.next === undefined ? { items: page.items } : { items: page.items, nextToken: page.next };
}

/** A text of the body; undefined when it is not there. */
export function textOf({ body }: EksCall, name: string): string | undefined {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalidParameter(`${name} must be a text`);
  return value;
}

/** A list of texts of the body. */
export function textsOf({ body }: Pick<EksCall, 'body'>, name: string): readonly string[] | undefined {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalidParameter(`${name} must be a list of texts`);
  }
  return value as readonly string[];
}

/** Tags of the body: at most 50, keys of 1 to 128 characters, values of at most 256. */
export function tagsOf({ body }: EksCall): Readonly<Record<string, string>> {
  const value = Object.hasOwn(body, 'tags') ? body['tags'] : undefined;
  if (value === undefined || value === null) return {};
  const pairs = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : undefined;
  if (pairs === undefined || pairs.some(([, tag]) => typeof tag !== 'string'))
    throw invalidParameter('tags must be texts by name');
  if (pairs.length > 50) throw invalidParameter('There can be at most 50 tags');
  for (const [key, tag] of pairs as [string, string][]) {
    if (key === '' || key.length > 128 || tag.length > 256 || /^aws:/i.test(key))
      throw invalidParameter(`the tag ${key} is invalid`);
  }
  return Object.fromEntries(pairs as [string, string][]);
}

/** Condition keys of the tags that a request passes. */
export function requestTagKeys(tags: Readonly<Record<string, string>>): Readonly<Record<string, string | readonly string[]>> {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return { ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, tags[key] ?? ''])), 'aws:TagKeys': keys };
}
