import { randomUUID } from 'node:crypto';
import { type Answer, type Call, json } from './call.ts';
import { type JsonObject, textAt } from './json.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import { type ListOptions, versionNumber } from './list-options.ts';
import { wantedObjects } from './negotiate.ts';
import { expired, notFound } from './status.ts';
import type { Store } from './store.ts';
import { metadataAlone, table, viewOf } from './views.ts';

/** Answers reads of one cluster's objects. */
export interface Reader {
  readonly get: (call: Call, kind: Kind, namespace: string, name: string) => Answer;
  readonly list: (call: Call, kind: Kind, namespace: string, options: ListOptions) => Answer;
}

/** The rest of a list that a `continue` token stands for: what it was when its first page was given out. */
interface Rest {
  readonly of: string;
  readonly version: string;
  readonly objects: readonly JsonObject[];
}

/** Unfinished lists that are kept; the oldest goes first, and its token is then too old, as after etcd's compaction. */
const MOST_RESTS = 64;

/** Makes the reader over a store. */
export function createReader(store: Store, now: () => Date): Reader {
  const rests = new Map<string, Rest>();
  const remember = (rest: Rest): string => {
    const token = randomUUID();
    rests.set(token, rest);
    const [oldest] = rests.keys();
    if (rests.size > MOST_RESTS && oldest !== undefined) rests.delete(oldest);
    return token;
  };
  return {
    get: (call, kind, namespace, name) => {
      const wanted = wantedObjects(call.headers['accept']);
      const object = store.get(kind, namespace, name);
      if (object === undefined) throw notFound(kind, name);
      if (wanted.as === 'object') return { status: 200, headers: JSON_TYPE, body: bytesOf(object) };
      return json(200, viewOf(kind, wanted, call.query, now)(object));
    },
    list: (call, kind, namespace, options) => {
      const wanted = wantedObjects(call.headers['accept']);
      // A token is good for the very list that it came from: whoever holds it has been authorized for that one anew.
      const of = [
        apiVersionOf(kind),
        kind.resource,
        namespace,
        call.query.get('labelSelector'),
        call.query.get('fieldSelector'),
      ].join(' ');
      const { version, objects } = begin(store, rests, of, kind, namespace, options);
      const page = options.limit > 0 ? objects.slice(0, options.limit) : objects;
      const left = objects.length - page.length;
      const more: JsonObject =
        left === 0
          ? {}
          : {
              continue: remember({ of, version, objects: objects.slice(page.length) }),
              ...(options.narrowed ? {} : { remainingItemCount: left }),
            };
      if (wanted.as === 'Table') return json(200, table(kind, page, call.query, now(), version, more));
      const metadata = { resourceVersion: version, ...more };
      if (wanted.as !== 'object') {
        const items = page.map(metadataAlone);
        return json(200, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items });
      }
      return json(200, listObject(kind, metadata, page));
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Objects never change, so that their text is made once. */
const texts = new WeakMap<JsonObject, Uint8Array>();

function bytesOf(object: JsonObject): Uint8Array {
  let text = texts.get(object);
  if (text === undefined) {
    text = Buffer.from(`${JSON.stringify(object)}\n`);
    texts.set(object, text);
  }
  return text;
}

/** `PodList` and its like. */
export function listObject(kind: Kind, metadata: JsonObject, items: readonly JsonObject[]): JsonObject {
  return { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items };
}

function begin(store: Store, rests: Map<string, Rest>, of: string, kind: Kind, namespace: string, options: ListOptions): Rest {
  if (options.continueFrom === '') {
    if (options.resourceVersion !== '') versionNumber(options.resourceVersion);
    const objects = store.list(kind, namespace).filter(options.selects);
    return { of, version: String(store.version()), objects };
  }
  const rest = rests.get(options.continueFrom);
  if (rest === undefined || rest.of !== of) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
    );
  }
  return rest;
}

/** Whether an object stands in a namespace. */
export function isIn(object: JsonObject, namespace: string): boolean {
  return namespace === '' || textAt(object, 'metadata', 'namespace') === namespace;
}
