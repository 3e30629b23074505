import { authorise, type Wanted } from '../authorise.ts';
import { clusterScope } from '../state/scope.ts';
import type { Change } from '../state/store.ts';
import { type EksCall, type EksOperation, invalidParameter, notFound, requestTagKeys, tagsOf } from './call.ts';

type Tags = Readonly<Record<string, string>>;

/** A cluster or an access entry with its tags. */
interface Tagged {
  readonly tags: Tags;
  readonly change: (tags: Tags) => Change;
}

/** eks:ListTagsForResource. */
export const listTags: EksOperation = (call) => {
  authorise(call, on(call, 'eks:ListTagsForResource'));
  return { tags: taggedOf(call).tags };
};

/** eks:TagResource. */
export const tagResource: EksOperation = (call) => {
  const tags = tagsOf(call);
  authorise(call, on(call, 'eks:TagResource', requestTagKeys(tags)));
  const found = taggedOf(call);
  const all = { ...found.tags, ...tags };
  if (Object.keys(all).length > 50) throw invalidParameter('There can be at most 50 tags');
  call.lab.store.commit(found.change(all));
  return {};
};

/** eks:UntagResource. */
export const untagResource: EksOperation = (call) => {
  const gone = call.query.getAll('tagKeys');
  authorise(call, on(call, 'eks:UntagResource', { 'aws:TagKeys': gone }));
  const found = taggedOf(call);
  call.lab.store.commit(found.change(Object.fromEntries(Object.entries(found.tags).filter(([key]) => !gone.includes(key)))));
  return {};
};

function on(call: EksCall, action: string, keys: Wanted['keys'] = {}): Wanted {
  const tags = find(call)?.tags;
  return { action, resource: call.segments['arn'] ?? '', keys, ...(tags === undefined ? {} : { tags }) };
}

function taggedOf(call: EksCall): Tagged {
  const found = find(call);
  if (found === undefined) throw notFound(`The specified resource ${call.segments['arn']} could not be found.`);
  return found;
}

function find({ lab, caller, segments }: EksCall): Tagged | undefined {
  const arn = segments['arn'] ?? '';
  const [, partition = '', service, region = '', account, resource = ''] = arn.split(':');
  if (service !== 'eks' || account !== caller.account) return undefined;
  const [kind, name = ''] = resource.split('/');
  const cluster = `arn:${partition}:eks:${region}:${account}:cluster/${name}`;
  const scope = clusterScope(cluster);
  if (kind === 'cluster') {
    const document = lab.store.get(scope, 'cluster', arn);
    if (document === undefined) return undefined;
    return {
      tags: (document.cluster['tags'] ?? {}) as Tags,
      change: (tags) => ({
        scope,
        kind: 'cluster',
        name: arn,
        document: { ...document, cluster: { ...document.cluster, tags } },
      }),
    };
  }
  const entry = lab.store.list(scope, 'entry').find(({ accessEntry }) => accessEntry.accessEntryArn === arn);
  if (entry === undefined) return undefined;
  const { accessEntry } = entry;
  return {
    tags: accessEntry.tags,
    change: (tags) => ({
      scope,
      kind: 'entry',
      name: accessEntry.principalArn,
      document: { ...entry, accessEntry: { ...accessEntry, tags } },
    }),
  };
}
