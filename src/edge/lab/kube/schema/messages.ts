import { CORE } from './core.ts';
import { META } from './meta.ts';
import { PODS } from './pods.ts';
import { VOLUMES } from './volumes.ts';
import { WORKLOADS } from './workloads.ts';

/**
 * Messages by name. A row is the fields, apart by commas: `number name type`. The type is a scalar (`string`, `bool`,
 * `int`, `double`, `bytes`) or a message; `{…}` is a map from texts, `*` a list, `?` a field whose zero value counts (a
 * pointer in Go), `^` a message whose fields stand in the one around it. Behind the star of a list stand the keys that tell
 * its elements apart (`*port+protocol`) or `set`; with `~` only server-side apply knows them, a strategic merge replaces.
 */
export type Messages = Readonly<Record<string, string>>;

/** One field of a message. */
export interface Field {
  readonly number: number;
  readonly name: string;
  /** A scalar or the name of a message. */
  readonly type: string;
  readonly shape: 'one' | 'list' | 'map' | 'inline';
  /** Its zero value counts. */
  readonly pointer: boolean;
  /** What tells the elements of a list apart; empty where the list is one value. */
  readonly keys: readonly string[];
  /** The elements of a list are texts of which each stands once. */
  readonly set: boolean;
  /** A strategic merge joins the elements, too. */
  readonly merges: boolean;
}

/** A message with its fields by number and by JSON name (there, those of inlined messages as well). */
export interface Message {
  readonly name: string;
  readonly byNumber: ReadonlyMap<number, Field>;
  readonly byName: ReadonlyMap<string, Field>;
}

const ALL: ReadonlyMap<string, string> = new Map(
  [META, CORE, PODS, VOLUMES, WORKLOADS].flatMap((messages) => Object.entries(messages)),
);
const read = new Map<string, Message>();

/** A message of the tables; undefined for scalars and what is written in JSON in its own way. */
export function messageNamed(name: string): Message | undefined {
  const known = read.get(name);
  if (known !== undefined) return known;
  const row = ALL.get(name);
  if (row === undefined) return undefined;
  const fields = row.split(', ').map(readField);
  const message = {
    name,
    byNumber: new Map(fields.map((field) => [field.number, field])),
    byName: new Map(fields.flatMap((field) => named(field))),
  };
  read.set(name, message);
  return message;
}

function named(field: Field): readonly (readonly [string, Field])[] {
  return field.shape === 'inline' ? [...(messageNamed(field.type)?.byName ?? [])] : [[field.name, field]];
}

function readField(text: string): Field {
  const [number = '', ...words] = text.split(' ');
  const written = words.at(-1) ?? '';
  const common = { number: Number(number), name: words.length > 1 ? (words[0] ?? '') : '' };
  const none = { keys: [], set: false, merges: false, pointer: false };
  if (written.startsWith('^')) return { ...common, ...none, type: written.slice(1), shape: 'inline' };
  if (written.startsWith('{')) return { ...common, ...none, type: written.slice(1, -1), shape: 'map' };
  const star = written.indexOf('*');
  if (star < 0) {
    const pointer = written.endsWith('?');
    return { ...common, ...none, type: pointer ? written.slice(0, -1) : written, shape: 'one', pointer };
  }
  const told = written.slice(star + 1);
  const keys = told.replace('~', '');
  return {
    ...common,
    type: written.slice(0, star),
    shape: 'list',
    pointer: false,
    keys: keys === '' || keys === 'set' ? [] : keys.split('+'),
    set: keys === 'set',
    merges: keys !== '' && !told.startsWith('~'),
  };
}
