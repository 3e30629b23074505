import { randomUUID } from 'node:crypto';
import { type AccessEntryResource, type AccessPolicyResource, OWNER_TAG } from '../../inventory/index.ts';
import { defaultUsername } from '../../rules/eks/index.ts';
import type { AccessEntryView, AssociationView, EksAdmin } from '../aws/index.ts';
import { CallFailed } from './failure.ts';
import { differences } from './fields.ts';
import type { Hand } from './hand.ts';

/** An access entry of somebody else, whole, as it stood before it was changed. */
export interface SharedEntry {
  readonly entry: AccessEntryView;
  readonly policies: readonly AssociationView[];
}

/** The hands for access entries and for their policies, which share what they know of the entries. */
export interface EntryHands {
  readonly entry: Hand<AccessEntryResource>;
  readonly policy: Hand<AccessPolicyResource>;
}

/**
 * Hands for the access entries of one cluster.
 *
 * @param backUp called before the first write to an entry that is not Causeway's own; throws when it could not be kept
 */
export function entryHands(eks: EksAdmin, backUp: (shared: SharedEntry) => Promise<void>): EntryHands {
  const kept = new Map<string, Promise<void>>();
  const ours = new Set<string>();
  const keepIfShared = (principalArn: string): Promise<void> => {
    if (ours.has(principalArn)) return Promise.resolve();
    const keep = async (): Promise<void> => {
      const entry = await eks.readEntry(principalArn);
      if (entry === undefined || entry.tags[OWNER_TAG] !== undefined) return;
      await backUp({ entry, policies: (await eks.readAssociations(principalArn)) ?? [] });
    };
    const found = kept.get(principalArn) ?? keep();
    kept.set(principalArn, found);
    return found;
  };
  return {
    entry: {
      read: async ({ clusterArn, principalArn }) => {
        const found = await eks.readEntry(principalArn);
        if (found === undefined) return undefined;
        const { username, groups, tags } = found;
        if (tags[OWNER_TAG] !== undefined) ours.add(principalArn);
        return { kind: 'access-entry', clusterArn, principalArn, username, groups, tags };
      },
      put: async (wanted, now) => {
        if (now === undefined) {
          ours.add(wanted.principalArn);
          return eks.createEntry(wanted, randomUUID());
        }
        await keepIfShared(wanted.principalArn);
        await updateEntry(eks, wanted, now);
      },
      remove: async ({ principalArn }) => {
        await keepIfShared(principalArn);
        await eks.deleteEntry(principalArn);
      },
      remake: async (wanted) => {
        const { principalArn } = wanted;
        const entry = await eks.readEntry(principalArn);
        const policies = (await eks.readAssociations(principalArn)) ?? [];
        // With the entry go its policies, those of others too (facts/eks.md §3.5).
        if (entry !== undefined) {
          await backUp({ entry, policies });
          await deleteEntry(eks, principalArn);
        }
        await eks.createEntry(wanted, randomUUID());
        for (const policy of policies) await eks.associate(principalArn, policy);
      },
    },
    policy: {
      read: async (policy) => {
        const found = (await eks.readAssociations(policy.principalArn)) ?? [];
        const same = found.find(({ policyArn }) => policyArn === policy.policyArn);
        return same === undefined ? undefined : { ...policy, namespaces: same.namespaces };
      },
      put: async ({ principalArn, policyArn, namespaces }) => {
        await keepIfShared(principalArn);
        await eks.associate(principalArn, { policyArn, namespaces });
      },
      remove: async ({ principalArn, policyArn }) => {
        await keepIfShared(principalArn);
        await eks.disassociate(principalArn, policyArn);
      },
    },
  };
}

/** The digest says what was applied, so tags come last; but what is taken over is marked before it is changed. */
async function updateEntry(eks: EksAdmin, wanted: AccessEntryResource, now: AccessEntryResource): Promise<void> {
  const { principalArn } = wanted;
  const changed = differences(now, wanted);
  const tag = async (): Promise<void> => {
    const stale = Object.keys(now.tags).filter((key) => key.startsWith('causeway:') && wanted.tags[key] === undefined);
    const isNew = changed.some((field) => field.startsWith('tag ') && wanted.tags[field.slice(4)] !== undefined);
    const arn = isNew || stale.length > 0 ? (await eks.readEntry(principalArn))?.arn : undefined;
    if (arn === undefined) return;
    if (isNew) await eks.tag(arn, wanted.tags);
    if (stale.length > 0) await eks.untag(arn, stale);
  };
  const isTakenOver = now.tags[OWNER_TAG] === undefined;
  if (isTakenOver) await tag();
  if (changed.includes('username') || changed.includes('groups')) {
    const username = wanted.username ?? defaultUsername({ principalArn, type: 'STANDARD' }) ?? principalArn;
    await eks.updateEntry(principalArn, username, wanted.groups);
  }
  if (!isTakenOver) await tag();
}

/** An entry that has gone already, or whose going nobody heard of, is gone. */
async function deleteEntry(eks: EksAdmin, principalArn: string): Promise<void> {
  try {
    await eks.deleteEntry(principalArn);
  } catch (error) {
    if (!(error instanceof CallFailed && error.failure.kind === 'absent')) throw error;
  }
}
