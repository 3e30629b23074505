import type { Operation } from '../sts/index.ts';
import { required } from '../wire/parameters.ts';
import { findManaged } from './find-managed.ts';
import { changeable, type HolderKind, holderName, holderOf } from './holder.ts';
import { allow } from './holder-policies.ts';
import { ARN, iamPage, mergedTags, noSuchBoundary, readTags, tagKeys, withoutTags } from './rules.ts';

/** The operations on tags and boundaries of roles and users. */
export function holderTagOperations(kind: Exclude<HolderKind, 'Group'>): Readonly<Record<string, Operation>> {
  return {
    [`Tag${kind}`]: (call, parameters) => {
      const name = holderName(call, kind, parameters);
      const tags = readTags(parameters);
      allow(call, kind, name, tagKeys(tags));
      const holder = changeable(call, kind, name);
      call.lab.store.commit(holder.changed({ tags: mergedTags(holder.tags, tags) }));
      return {};
    },
    [`Untag${kind}`]: (call, parameters) => {
      const name = holderName(call, kind, parameters);
      const gone = parameters.list('TagKeys');
      allow(call, kind, name, { 'aws:TagKeys': gone });
      const holder = changeable(call, kind, name);
      call.lab.store.commit(holder.changed({ tags: withoutTags(holder.tags, gone) }));
      return {};
    },
    [`List${kind}Tags`]: (call, parameters) => {
      const name = holderName(call, kind, parameters);
      allow(call, kind, name);
      return iamPage(parameters, 'Tags', holderOf(call, kind, name).tags, ({ Key }) => Key);
    },
    [`Put${kind}PermissionsBoundary`]: (call, parameters) => {
      const name = holderName(call, kind, parameters);
      const arn = required(parameters, 'PermissionsBoundary', ARN);
      allow(call, kind, name, { 'iam:PermissionsBoundary': arn });
      const holder = changeable(call, kind, name);
      const found = findManaged(call, arn);
      if (found === undefined) throw noSuchBoundary(arn);
      call.lab.store.commit(
        holder.changed({ boundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn } }),
        ...found.keep,
      );
      return {};
    },
    [`Delete${kind}PermissionsBoundary`]: (call, parameters) => {
      const name = holderName(call, kind, parameters);
      allow(call, kind, name);
      // Taking away what is not there is no error: Terraform's provider did it for every role that it deleted (its issue 5489).
      const holder = changeable(call, kind, name);
      call.lab.store.commit(holder.changed({ boundary: undefined }));
      return {};
    },
  };
}
