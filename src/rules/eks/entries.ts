import type { Collected, Gap } from '../../base/index.ts';
import type { Caller } from './caller.ts';
import { type EntryMatch, matchEntry, unjudged } from './entry-match.ts';
import type { AccessEntry } from './types.ts';

/** What the access entries of a cluster say of a caller. */
export interface FoundEntries {
  /** The entry that is the caller's; absent when none surely is. */
  readonly entry?: AccessEntry;
  /** Why another answer is possible. Empty when `entry` is there. */
  readonly pending: readonly Gap[];
  /** Entries of the caller's name that are not bound to the caller. */
  readonly near: readonly { readonly entry: AccessEntry; readonly match: EntryMatch }[];
}

/** Looks the caller up among the entries; their order does not matter. */
export function findEntries(entries: Collected<readonly AccessEntry[]>, caller: Caller): FoundEntries {
  if (entries.state !== 'collected') {
    return { pending: caller.kind === 'federated-user' ? [] : [entries.gap], near: [] };
  }
  const matched = entries.value.map((entry) => ({ entry, match: matchEntry(entry, caller) }));
  const near = matched.filter(({ match }) => match.state === 'recreated' || match.state === 'otherPath');
  const own = matched.filter(({ match }) => match.state === 'yes').map(({ entry }) => entry);
  const [entry] = own;
  if (entry !== undefined && own.every((other) => contents(other) === contents(entry))) return { entry, pending: [], near };
  if (entry !== undefined) {
    // A cluster holds one entry a principal (facts §3.3), so files that show two differing ones are not of one moment.
    return {
      pending: [
        unjudged(
          `entry-twice:${entry.principalArn}`,
          `which of ${own.length} differing access entries of ${entry.principalArn} stands`,
        ),
      ],
      near,
    };
  }
  const pending = new Map<string, Gap>();
  for (const { match } of matched) if (match.state === 'maybe') pending.set(match.gap.id, match.gap);
  return { pending: [...pending.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), near };
}

/** The entry as text without where it was read from, so that one entry read from two files is one. */
function contents(entry: AccessEntry): string {
  const policies =
    entry.policies.state === 'collected'
      ? entry.policies.value
          .map(({ policyArn, scope }) => JSON.stringify([policyArn, scope.type, [...scope.namespaces].sort()]))
          .sort()
      : entry.policies.state;
  return JSON.stringify([entry.principalArn, entry.type, entry.username ?? null, [...entry.groups].sort(), policies]);
}
