import type { Call } from '../authorise.ts';
import type { Tag } from '../state/documents.ts';
import type { Operation } from '../sts/index.ts';
import type { Parameters } from '../wire/parameters.ts';
import { iamPage, mergedTags, readTags, tagKeys, withoutTags } from './rules.ts';

/** How calls reach one kind of thing that has tags. */
export interface Tagged<T> {
  /** The thing that a call names, after IAM allowed the call with these condition keys. */
  readonly asked: (call: Call, parameters: Parameters, keys?: ReturnType<typeof tagKeys>) => T;
  /** Keeps it as it is now. */
  readonly put: (call: Call, thing: T) => void;
}

/** The operations on the tags of a managed policy, an instance profile or an OIDC provider: `TagPolicy` and its like. */
export function tagOperations<T extends { readonly Tags?: readonly Tag[] }>(
  kind: string,
  { asked, put }: Tagged<T>,
): Readonly<Record<string, Operation>> {
  return {
    [`Tag${kind}`]: (call, parameters) => {
      const tags = readTags(parameters);
      const thing = asked(call, parameters, tagKeys(tags));
      put(call, { ...thing, Tags: mergedTags(thing.Tags, tags) });
      return {};
    },
    [`Untag${kind}`]: (call, parameters) => {
      const gone = parameters.list('TagKeys');
      const thing = asked(call, parameters, { 'aws:TagKeys': gone });
      put(call, { ...thing, Tags: withoutTags(thing.Tags, gone) });
      return {};
    },
    [`List${kind}Tags`]: (call, parameters) => iamPage(parameters, 'Tags', asked(call, parameters).Tags ?? [], ({ Key }) => Key),
  };
}
