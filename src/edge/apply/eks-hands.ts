import { createHash } from 'node:crypto';
import type { AccessEntryResource, AccessPolicyResource } from '../../inventory/index.ts';
import { defaultUsername } from '../../rules/eks/index.ts';
import type { EksAdmin } from '../aws/index.ts';
import { differences } from './fields.ts';
import type { Hand } from './hand.ts';
import { OWNER_TAG } from './owner.ts';

/** Access entries of one cluster, without their policies. */
export function accessEntryHand(eks: EksAdmin): Hand<AccessEntryResource> {
  return {
    read: async ({ clusterArn, principalArn }) => {
      const entry = await eks.readEntry(principalArn);
      if (entry === undefined) return undefined;
      const { username, groups, tags } = entry;
      return { kind: 'access-entry', clusterArn, principalArn, username, groups, tags };
    },
    put: async (wanted, now) => {
      if (now === undefined) {
        await eks.createEntry(wanted, tokenOf(wanted));
        return;
      }
      const changed = differences(now, wanted);
      const tag = async (): Promise<void> => {
        const stale = Object.keys(now.tags).filter((key) => key.startsWith('causeway:') && wanted.tags[key] === undefined);
        const isNew = changed.some((field) => field.startsWith('tag ') && wanted.tags[field.slice(4)] !== undefined);
        if (!isNew && stale.length === 0) return;
        const arn = (await eks.readEntry(wanted.principalArn))?.arn;
        if (arn === undefined) return;
        if (isNew) await eks.tag(arn, wanted.tags);
        if (stale.length > 0) await eks.untag(arn, stale);
      };
      const isTakenOver = now.tags[OWNER_TAG] === undefined;
      if (isTakenOver) await tag();
      if (changed.includes('username') || changed.includes('groups')) {
        const { principalArn } = wanted;
        const username = wanted.username ?? defaultUsername({ principalArn, type: 'STANDARD' }) ?? principalArn;
        await eks.updateEntry(principalArn, username, wanted.groups);
      }
      if (!isTakenOver) await tag();
    },
    remove: ({ principalArn }) => eks.deleteEntry(principalArn),
  };
}

/** Access policies of entries; an entry that is not there has none. */
export function accessPolicyHand(eks: EksAdmin): Hand<AccessPolicyResource> {
  return {
    read: async (policy) => {
      const found = (await eks.readAssociations(policy.principalArn)) ?? [];
      const same = found.find(({ policyArn }) => policyArn === policy.policyArn);
      return same === undefined ? undefined : { ...policy, namespaces: same.namespaces };
    },
    put: ({ principalArn, policyArn, namespaces }) => eks.associate(principalArn, { policyArn, namespaces }),
    remove: ({ principalArn, policyArn }) => eks.disassociate(principalArn, policyArn),
  };
}

/** The same for the same wish, so that a creation whose answer was lost is not done twice. */
function tokenOf(wanted: AccessEntryResource): string {
  return createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 64);
}
