import { badRequest, Refused } from './status.ts';

/** One HTTP request with its body read, free of sockets. */
export interface Call {
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  readonly query: Query;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Every value of a header that may stand several times, such as `impersonate-group`. */
  readonly all: (header: string) => readonly string[];
  readonly body: Uint8Array;
}

/** Query parameters; of several values for one key Kubernetes reads the first. */
export interface Query {
  readonly get: (key: string) => string | undefined;
  /** As the RBAC room's requestInfo reads them. */
  readonly asRecord: Readonly<Record<string, string>>;
}

/** What is sent back: a whole body, or a stream that the handler runs. */
export type Answer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array }
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly stream: Streamer };

/** Where a stream writes. `write` is false when the reader is so slow that the stream must end. */
export interface Sink {
  readonly write: (text: string) => boolean;
  readonly end: () => void;
}

/** Starts a stream and gives back what stops it. */
export type Streamer = (sink: Sink) => () => void;

/** A JSON answer. */
export function json(status: number, value: unknown, contentType = 'application/json'): Answer {
  return { status, headers: { 'content-type': contentType }, body: `${JSON.stringify(value)}\n` };
}

/** A text answer. */
export function plain(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}

/** Takes a request target apart; throws `Refused` (400) where it cannot be read. */
export function readTarget(target: string): { readonly path: string; readonly query: Query } {
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  const parameters = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  return { path: decodePath(raw), query: readQuery(parameters) };
}

function decodePath(raw: string): string {
  if (!raw.startsWith('/')) throw new Refused({ code: 400, reason: 'BadRequest', message: 'the request target is no path' });
  try {
    const path = decodeURIComponent(raw);
    if (path.includes('\0')) throw badRequest('the path holds a NUL');
    return path;
  } catch (error) {
    throw error instanceof Refused ? error : badRequest('the path is not well encoded');
  }
}

function readQuery(parameters: URLSearchParams): Query {
  const first = new Map<string, string>();
  for (const [key, value] of parameters) if (!first.has(key)) first.set(key, value);
  return { get: (key) => first.get(key), asRecord: Object.fromEntries(first) };
}
