import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { type Field, type Message, messageNamed } from './messages.ts';
import { checkScalar, goKind } from './scalar.ts';

/** An object as its kind has it, and what was not so. */
export interface Reading {
  /** Without fields that the kind does not have, and without null, which means absent. */
  readonly object: JsonObject;
  /** `unknown field "spec.foo"`; Kubernetes drops them, warns or refuses, by `fieldValidation`. */
  readonly unknown: readonly string[];
  /** The first value of a wrong type, as Go would say it; such an object is always refused. */
  readonly wrong?: string;
}

/**
 * Reads an object by the message of its kind, as Go's JSON decoder would: unknown fields are dropped, null is absent,
 * a value of another type is an error.
 *
 * @param name the kind, which is its message
 */
export function readByMessage(name: string, object: JsonObject): Reading {
  const message = messageNamed(name);
  if (message === undefined) return { object, unknown: [] };
  const notes: Notes = { kind: name, unknown: [], wrong: undefined };
  const { apiVersion, kind, ...rest } = object;
  const read = readMessage(message, rest, '', notes);
  return {
    object: { ...(apiVersion === undefined ? {} : { apiVersion }), ...(kind === undefined ? {} : { kind }), ...read },
    unknown: notes.unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
    ...(notes.wrong === undefined ? {} : { wrong: notes.wrong }),
  };
}

interface Notes {
  readonly kind: string;
  readonly unknown: string[];
  wrong: string | undefined;
}

function readMessage(message: Message, object: JsonObject, path: string, notes: Notes): JsonObject {
  const entries: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const at = path === '' ? name : `${path}.${name}`;
    const field = message.byName.get(name);
    if (field === undefined) notes.unknown.push(at);
    else if (value !== null) entries.push([name, readField(field, value, at, notes)]);
  }
  return Object.fromEntries(entries);
}

function readField(field: Field, value: Json, path: string, notes: Notes): Json {
  if (field.shape === 'list') {
    if (!isList(value))
      return fail(notes, path, `cannot unmarshal ${goKind(value)} into Go struct field of type []${field.type}`);
    return value.map((each, i) => readOne(field, each, `${path}[${i}]`, notes));
  }
  if (field.shape === 'map') {
    if (!isObject(value)) {
      return fail(notes, path, `cannot unmarshal ${goKind(value)} into Go struct field of type map[string]${field.type}`);
    }
    const entries = Object.entries(value).map(([key, each]): [string, Json] => [
      key,
      readOne(field, each, `${path}.${key}`, notes),
    ]);
    return Object.fromEntries(entries);
  }
  return readOne(field, value, path, notes);
}

function readOne(field: Field, value: Json, path: string, notes: Notes): Json {
  const message = messageNamed(field.type);
  if (message !== undefined) {
    if (value === null) return {};
    return isObject(value)
      ? readMessage(message, value, path, notes)
      : fail(notes, path, `cannot unmarshal ${goKind(value)} into Go struct field of type v1.${field.type}`);
  }
  // Null in a list or map is Go's zero value.
  if (value === null) return field.type === 'string' || field.type === 'bytes' ? '' : field.type === 'bool' ? false : 0;
  const checked = checkScalar(field.type, value);
  if (checked === undefined) return value;
  return 'wrong' in checked ? fail(notes, path, checked.wrong) : checked.value;
}

function fail(notes: Notes, path: string, why: string): Json {
  notes.wrong ??= `json: ${why} (${notes.kind}.${path})`;
  return null;
}
