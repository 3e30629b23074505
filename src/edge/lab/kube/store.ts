import { type JsonObject, textAt, withPath } from './json.ts';
import { apiVersionOf, KINDS, type Kind } from './kinds.ts';

/** What happened to one object. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: Kind;
  /** As it is now; of a deleted one the last state, with the resourceVersion of the deletion. */
  readonly object: JsonObject;
  /** As it was. */
  readonly before?: JsonObject;
  readonly version: number;
}

/** The objects of one cluster. Nothing here waits, so that a read and the write that follows it are one step. */
export interface Store {
  readonly get: (kind: Kind, namespace: string, name: string) => JsonObject | undefined;
  /** In the order of their keys; an empty namespace means all. */
  readonly list: (kind: Kind, namespace: string) => readonly JsonObject[];
  /** Stores an object with a new resourceVersion and gives back what was stored. */
  readonly put: (kind: Kind, object: JsonObject) => JsonObject;
  readonly remove: (kind: Kind, object: JsonObject) => JsonObject;
  /** The newest resourceVersion. */
  readonly version: () => number;
  /** How often objects of a kind were written; whoever keeps something made from them compares it. */
  readonly writes: (kind: Kind) => number;
  /** The changes of a kind after a version, or undefined when some of them are forgotten. */
  readonly since: (kind: Kind, version: number) => readonly Change[] | undefined;
  /** Calls back for each change of a kind until the returned function is called. */
  readonly subscribe: (kind: Kind, listener: (change: Change) => void) => () => void;
  readonly all: () => readonly JsonObject[];
}

/** Changes of one kind that are remembered for watches that start late: so many at most, and so many characters. */
const REMEMBERED = 1000;
const REMEMBERED_TEXT = 16e6;

interface Shelf {
  readonly objects: Map<string, JsonObject>;
  keys: readonly string[] | undefined;
  history: Change[];
  /** Characters of the remembered objects. */
  text: number;
  /** The version before the first remembered change. */
  forgotten: number;
  writes: number;
  readonly listeners: Set<(change: Change) => void>;
}

/**
 * Makes an empty store.
 *
 * @param keep is told of each change before it counts; when it throws, nothing has changed
 * @param first the resourceVersion to count from
 */
export function createStore(keep: (change: Change) => void = () => {}, first = 0): Store {
  let version = first;
  const shelves = new Map<Kind, Shelf>(
    KINDS.map((kind) => [
      kind,
      { objects: new Map(), keys: [], history: [], text: 0, forgotten: first, writes: 0, listeners: new Set() },
    ]),
  );
  const shelf = (kind: Kind): Shelf => {
    const found = shelves.get(kind);
    if (found === undefined) throw new RangeError(`${apiVersionOf(kind)} ${kind.kind} is not stored`);
    return found;
  };
  const commit = (kind: Kind, type: Change['type'], object: JsonObject, before: JsonObject | undefined): JsonObject => {
    const at = shelf(kind);
    const next = version + 1;
    const stored = withPath(object, ['metadata', 'resourceVersion'], String(next));
    const change: Change = { type, kind, object: stored, ...(before === undefined ? {} : { before }), version: next };
    keep(change);
    version = next;
    const key = keyOf(stored);
    if (type === 'DELETED') at.objects.delete(key);
    else at.objects.set(key, stored);
    if (type !== 'MODIFIED') at.keys = undefined;
    at.writes++;
    remember(at, change);
    for (const listener of [...at.listeners]) listener(change);
    return stored;
  };
  return {
    get: (kind, namespace, name) => shelf(kind).objects.get(`${namespace}/${name}`),
    list: (kind, namespace) => {
      const at = shelf(kind);
      at.keys ??= [...at.objects.keys()].sort();
      const prefix = `${namespace}/`;
      const keys = namespace === '' ? at.keys : at.keys.filter((key) => key.startsWith(prefix));
      return keys.map((key) => at.objects.get(key)).filter((object) => object !== undefined);
    },
    put: (kind, object) => {
      const before = shelf(kind).objects.get(keyOf(object));
      return commit(kind, before === undefined ? 'ADDED' : 'MODIFIED', object, before);
    },
    remove: (kind, object) => commit(kind, 'DELETED', object, shelf(kind).objects.get(keyOf(object))),
    version: () => version,
    writes: (kind) => shelf(kind).writes,
    since: (kind, from) => {
      const at = shelf(kind);
      return from < at.forgotten ? undefined : at.history.filter((change) => change.version > from);
    },
    subscribe: (kind, listener) => {
      const { listeners } = shelf(kind);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    all: () => [...shelves.values()].flatMap(({ objects }) => [...objects.values()]),
  };
}

function remember(at: Shelf, change: Change): void {
  at.history.push(change);
  at.text += JSON.stringify(change.object).length;
  if (at.history.length <= 2 * REMEMBERED && at.text <= REMEMBERED_TEXT) return;
  // Half is kept, so that this happens seldom; one enormous object may leave nothing.
  const half = at.text > REMEMBERED_TEXT ? Math.floor(at.history.length / 2) : REMEMBERED;
  at.history = half === 0 ? [] : at.history.slice(-half);
  at.text = at.history.reduce((sum, { object }) => sum + JSON.stringify(object).length, 0);
  at.forgotten = (at.history[0]?.version ?? change.version + 1) - 1;
}

function keyOf(object: JsonObject): string {
  return `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
}
