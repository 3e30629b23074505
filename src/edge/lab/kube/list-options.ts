import type { Query } from './call.ts';
import type { Kind } from './kinds.ts';
import { fieldSelector, labelSelector, type Selector } from './selectors.ts';
import { badRequest } from './status.ts';

/** What the query of a list, watch or deletion of many asks for. */
export interface ListOptions {
  readonly selects: Selector;
  /** True when a selector narrows the list; then nobody counts what remains. */
  readonly narrowed: boolean;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueFrom: string;
  readonly watch: boolean;
  /** Empty: not stated. */
  readonly resourceVersion: string;
  readonly bookmarks: boolean;
  readonly initialEvents: boolean;
  /** 0: not stated. */
  readonly timeoutSeconds: number;
}

/** Reads list options; throws `Refused` (400) for values that Kubernetes cannot read either. */
export function readListOptions(query: Query, kind: Kind): ListOptions {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const byLabel = labelSelector(labels);
  const byField = fieldSelector(fields, kind);
  return {
    selects: (object) => byLabel(object) && byField(object),
    narrowed: labels !== '' || fields !== '',
    limit: wholeNumber(query, 'limit'),
    continueFrom: query.get('continue') ?? '',
    watch: truth(query, 'watch'),
    resourceVersion: query.get('resourceVersion') ?? '',
    bookmarks: truth(query, 'allowWatchBookmarks'),
    initialEvents: truth(query, 'sendInitialEvents'),
    timeoutSeconds: wholeNumber(query, 'timeoutSeconds'),
  };
}

/** A query parameter as apimachinery reads a boolean: everything but `false`, `0` and absence is true. */
export function truth(query: Query, key: string): boolean {
  const value = query.get(key);
  return value !== undefined && !['false', '0'].includes(value.toLowerCase());
}

function wholeNumber(query: Query, key: string): number {
  const value = query.get(key);
  if (value === undefined || value === '') return 0;
  if (!/^[+-]?\d{1,15}$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Math.max(0, Number(value));
}

/** The version that a client has seen; throws `Refused` (400) for what is no version. */
export function versionNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: invalid syntax`);
  return Number(text);
}
