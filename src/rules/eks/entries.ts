import type { Collected, Gap } from '../../base/index.ts';
import type { Caller } from './caller.ts';
import { type EntryMatch, matchEntry, unjudged } from './entry-match.ts';
import { fold } from './fold.ts';
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
  const matched = candidates(entries.value, caller).map((entry) => ({ entry, match: matchEntry(entry, caller) }));
  const near = matched.filter(({ match }) => match.state === 'recreated' || match.state === 'otherPath');
  const own = matched.filter(({ match }) => match.state === 'yes').map(({ entry }) => entry);
  const [entry] = own;
  if (entry !== undefined && own.slice(1).every((other) => contents(other) === contents(entry)))
    return { entry, pending: [], near };
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

/** Entries by the last segment of their principal, and by the id they are bound to where it is recorded (a user may have been renamed since). */
interface EntryIndex {
  readonly byName: ReadonlyMap<string, readonly AccessEntry[]>;
  readonly byId: ReadonlyMap<string, readonly AccessEntry[]>;
}

const INDEXES = new WeakMap<readonly AccessEntry[], EntryIndex>();

function candidates(entries: readonly AccessEntry[], caller: Caller): readonly AccessEntry[] {
  const index = INDEXES.get(entries) ?? indexOf(entries);
  const named = index.byName.get(fold(caller.name)) ?? [];
  const bound = caller.uniqueId === undefined ? [] : (index.byId.get(caller.uniqueId) ?? []);
  return bound.length === 0 ? named : [...new Set([...named, ...bound])];
}

function indexOf(entries: readonly AccessEntry[]): EntryIndex {
  const byName = new Map<string, AccessEntry[]>();
  const byId = new Map<string, AccessEntry[]>();
  const add = (map: Map<string, AccessEntry[]>, key: string, entry: AccessEntry): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [entry]);
    else list.push(entry);
  };
  for (const entry of entries) {
    add(byName, fold(entry.principalArn.slice(entry.principalArn.lastIndexOf('/') + 1)), entry);
    if (entry.boundUniqueId !== undefined) add(byId, entry.boundUniqueId, entry);
  }
  const index = { byName, byId };
  INDEXES.set(entries, index);
  return index;
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
