import type { Answer, Call, Sink } from './call.ts';
import type { JsonObject } from './json.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import { type ListOptions, versionNumber } from './list-options.ts';
import { type Wanted, wantedObjects } from './negotiate.ts';
import { isIn } from './read.ts';
import { expired, Refused, statusObject } from './status.ts';
import type { Change, Store } from './store.ts';
import { META, viewOf } from './views.ts';

/** Times of watches, in milliseconds; handed in so that tests need not wait. */
export interface WatchTimes {
  readonly bookmark: number;
  /** How long a watch lasts that does not say. */
  readonly longest: number;
}

/** About what kube-apiserver does: a bookmark each minute, an end after 30 to 60 minutes. */
export const WATCH_TIMES: WatchTimes = { bookmark: 60_000, longest: 45 * 60_000 };

/**
 * Answers a watch: the changes after the stated resourceVersion, or the present objects as ADDED and then the changes.
 *
 * An object that leaves the selection is told as DELETED, one that enters it as ADDED. A version that is too old gives an
 * ERROR event with 410, upon which clients list again; a reader that is too slow is cut off (they watch again). Source:
 * Kubernetes API concepts, "Efficient detection of changes"; KEP-3157 (sendInitialEvents).
 */
export function watch(
  call: Call,
  store: Store,
  kind: Kind,
  namespace: string,
  options: ListOptions,
  now: () => Date,
  times: WatchTimes = WATCH_TIMES,
): Answer {
  const wanted = wantedObjects(call.headers['accept']);
  const view = viewOf(
    kind,
    wanted.as === 'PartialObjectMetadataList' ? { ...wanted, as: 'PartialObjectMetadata' } : wanted,
    call.query,
    now,
  );
  const { resourceVersion } = options;
  const afresh = resourceVersion === '' || resourceVersion === '0' || options.initialEvents;
  const from = afresh ? store.version() : versionNumber(resourceVersion);
  const missed = afresh ? [] : from > store.version() ? undefined : store.since(kind, from);
  const contentType = wanted.as === 'object' ? 'application/json' : `application/json;as=${wanted.as};v=v1;g=meta.k8s.io`;
  const stream = (sink: Sink): (() => void) => {
    let ended = false;
    const stops: (() => void)[] = [];
    const stop = (): void => {
      if (ended) return;
      ended = true;
      for (const each of stops) each();
    };
    const send = (type: string, object: JsonObject): void => {
      if (ended || sink.write(`${JSON.stringify({ type, object })}\n`)) return;
      stop();
      sink.end();
    };
    const tell = (change: Change): void => {
      const event = eventOf(change, namespace, options);
      if (event === undefined) return;
      try {
        send(event, view(change.object));
      } catch {
        // The write that is told has been done, and its writer has no part in what a watcher cannot be shown.
        stop();
        sink.end();
      }
    };
    const bookmark = (annotations: JsonObject = {}): void => send('BOOKMARK', markOf(kind, wanted, store.version(), annotations));
    if (missed === undefined) {
      send('ERROR', statusObject(tooOld(from, store.version()).status));
      sink.end();
      return stop;
    }
    if (afresh) for (const object of store.list(kind, namespace)) if (options.selects(object)) send('ADDED', view(object));
    if (options.initialEvents) bookmark({ 'k8s.io/initial-events-end': 'true' });
    for (const change of missed) tell(change);
    stops.push(store.subscribe(kind, tell));
    if (options.bookmarks) stops.push(every(times.bookmark, bookmark));
    const lasts = options.timeoutSeconds > 0 ? Math.min(options.timeoutSeconds * 1000, MOST_TIME) : times.longest;
    stops.push(
      every(lasts, () => {
        stop();
        sink.end();
      }),
    );
    // A slow reader may have ended it while the first events were written.
    if (ended) for (const each of stops) each();
    return stop;
  };
  return { status: 200, headers: { 'content-type': contentType }, stream };
}

/** What `setInterval` takes at most. */
const MOST_TIME = 2 ** 31 - 1;

function every(milliseconds: number, act: () => void): () => void {
  const timer = setInterval(() => act(), milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}

function eventOf(change: Change, namespace: string, { selects }: ListOptions): Change['type'] | undefined {
  if (!isIn(change.object, namespace)) return undefined;
  const is = change.type !== 'DELETED' && selects(change.object);
  const was = change.before !== undefined && selects(change.before);
  if (is) return was ? 'MODIFIED' : 'ADDED';
  return was ? 'DELETED' : undefined;
}

function markOf(kind: Kind, { as }: Wanted, version: number, annotations: JsonObject): JsonObject {
  const noted = Object.keys(annotations).length === 0 ? {} : { annotations };
  const metadata = { resourceVersion: String(version), creationTimestamp: null, ...noted };
  const own = { kind: kind.kind, apiVersion: apiVersionOf(kind) };
  const shown =
    as === 'Table' ? { kind: 'Table', apiVersion: META, rows: [] } : { kind: 'PartialObjectMetadata', apiVersion: META };
  return { ...(as === 'object' ? own : shown), metadata };
}

function tooOld(version: number, newest: number): Refused {
  if (version <= newest) return expired(`too old resource version: ${version} (${newest})`);
  const message = `Too large resource version: ${version}, current: ${newest}`;
  return new Refused({ code: 504, reason: 'Timeout', message, details: { retryAfterSeconds: 1 } });
}
