import type { Kinds } from './documents.ts';

/**
 * One document put or taken away. The scope is what is evaluated as one: `account:111111111111`, `cluster:arn:…`,
 * `files`, `lab`.
 */
export type Change = {
  readonly [K in keyof Kinds]: {
    readonly scope: string;
    readonly kind: K;
    readonly name: string;
    /** null takes it away. */
    readonly document: Kinds[K] | null;
  };
}[keyof Kinds];

/** The documents of a lab. */
export interface Store {
  readonly get: <K extends keyof Kinds>(scope: string, kind: K, name: string) => Kinds[K] | undefined;
  /** Every document of a kind, by name. */
  readonly list: <K extends keyof Kinds>(scope: string, kind: K) => readonly Kinds[K][];
  /** Makes all changes or, when they cannot be kept, none: then it throws what `keep` threw. */
  readonly commit: (...changes: readonly Change[]) => void;
  /** Counts the changes of a scope, or of all. */
  readonly revision: (scope?: string) => number;
  /** The scopes that hold anything, sorted. */
  readonly scopes: () => readonly string[];
  /** Everything of one scope as changes. */
  readonly of: (scope: string) => readonly Change[];
  /** Everything as changes: what makes an empty store into this one. */
  readonly all: () => readonly Change[];
}

type Any = Kinds[keyof Kinds];

/** Documents that are read when their scope is first asked for. */
export interface Loader {
  readonly scopes: readonly string[];
  readonly load: (scope: string) => readonly Change[];
}

/**
 * Makes a store.
 *
 * @param initial what it starts with, e.g. read from a state folder
 * @param keep called with each commit before it counts, e.g. to write it to disk
 * @param loader more to start with, too much to be read before it is needed
 */
export function makeStore(
  initial: readonly Change[] = [],
  keep: (changes: readonly Change[]) => void = () => undefined,
  loader?: Loader,
): Store {
  const scopes = new Map<string, Map<keyof Kinds, Map<string, Any>>>();
  const revisions = new Map<string, number>();
  const unread = new Set(loader?.scopes);
  let total = 0;
  const hold = ({ scope, kind, name, document }: Change): void => {
    const kinds = scopes.get(scope) ?? new Map<keyof Kinds, Map<string, Any>>();
    const documents = kinds.get(kind) ?? new Map<string, Any>();
    if (document === null) documents.delete(name);
    else documents.set(name, document);
    if (documents.size > 0) kinds.set(kind, documents);
    else kinds.delete(kind);
    if (kinds.size > 0) scopes.set(scope, kinds);
    else scopes.delete(scope);
  };
  // What is read is no change: whoever made something of a scope has read it.
  const read = (scope: string): void => {
    if (unread.delete(scope)) loader?.load(scope).forEach(hold);
  };
  const put = (change: Change): void => {
    hold(change);
    revisions.set(change.scope, (revisions.get(change.scope) ?? 0) + 1);
    total++;
  };
  const of = (scope: string): readonly Change[] => {
    read(scope);
    return [...(scopes.get(scope) ?? [])].flatMap(([kind, documents]) =>
      [...documents].map(([name, document]) => ({ scope, kind, name, document }) as Change),
    );
  };
  initial.forEach(put);
  return {
    get: <K extends keyof Kinds>(scope: string, kind: K, name: string) => {
      read(scope);
      return scopes.get(scope)?.get(kind)?.get(name) as Kinds[K] | undefined;
    },
    list: <K extends keyof Kinds>(scope: string, kind: K) => {
      read(scope);
      const documents = [...(scopes.get(scope)?.get(kind) ?? [])];
      return documents.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, document]) => document as Kinds[K]);
    },
    commit: (...changes) => {
      for (const { scope } of changes) read(scope);
      keep(changes);
      changes.forEach(put);
    },
    revision: (scope) => (scope === undefined ? total : (revisions.get(scope) ?? 0)),
    scopes: () => [...new Set([...scopes.keys(), ...unread])].sort(),
    of,
    all: () => [...new Set([...scopes.keys(), ...unread])].flatMap(of),
  };
}
