import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { field as fieldAt, isObject, type Json, type JsonObject, textAt } from '../json.ts';
import { decodeSpecial } from './decode-special.ts';
import { type Field, type Message, messageNamed } from './messages.ts';

/** A protobuf body that is none, or that holds what the tables do not know: then nothing of it may be used. */
export class NotDecoded extends Error {}

/** How deep messages may stand in messages. */
const DEEPEST = 100;

/** The four bytes before each protobuf body of Kubernetes. */
const MAGIC = [0x6b, 0x38, 0x73, 0];

/**
 * Decodes a body of `application/vnd.kubernetes.protobuf` into the object that JSON would have brought.
 *
 * The envelope is `k8s\0` and a `runtime.Unknown` that names apiVersion and kind (facts/clients.md §5). Throws `NotDecoded`
 * for what is no such body, for kinds without a message, and for fields that no table has: dropping one could change what
 * the client meant. Source: kubernetes apimachinery pkg/runtime/serializer/protobuf.
 */
export function decodeBody(body: Uint8Array): JsonObject {
  if (MAGIC.some((byte, i) => body[i] !== byte)) throw new NotDecoded('the body does not begin with the mark of Kubernetes');
  try {
    const envelope = decodeMessage('Unknown', body.subarray(MAGIC.length));
    const apiVersion = textAt(envelope, 'typeMeta', 'apiVersion');
    const kind = textAt(envelope, 'typeMeta', 'kind');
    if (apiVersion === '' || kind === '') throw new NotDecoded('the body names no kind');
    if (fieldAt(envelope, 'contentEncoding') !== undefined) throw new NotDecoded('the body is encoded once more');
    return { apiVersion, kind, ...decodeMessage(kind, Buffer.from(textAt(envelope, 'raw'), 'base64')) };
  } catch (error) {
    // The reader throws errors of its own where bytes are missing or make no sense.
    throw error instanceof NotDecoded ? error : new NotDecoded(error instanceof Error ? error.message : 'not protobuf');
  }
}

function decodeMessage(name: string, bytes: Uint8Array): JsonObject {
  const message = messageNamed(name);
  if (message === undefined) throw new NotDecoded(`the kind ${name} is not known in protobuf`);
  return readMessage(message, bytes, 0);
}

function readMessage(message: Message, bytes: Uint8Array, depth: number): JsonObject {
  if (depth > DEEPEST) throw new NotDecoded('messages stand too deep in messages');
  const reader = new BinaryReader(bytes);
  const values = new Map<string, Json>();
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const field = message.byNumber.get(number);
    if (field === undefined) throw new NotDecoded(`the message ${message.name} has no known field ${number}`);
    take(values, field, reader, wire, depth);
  }
  return Object.fromEntries(values);
}

function take(values: Map<string, Json>, field: Field, reader: BinaryReader, wire: WireType, depth: number): void {
  switch (field.shape) {
    case 'inline': {
      const inner = readMessage(messageOf(field), delimited(reader, wire), depth + 1);
      for (const [name, value] of Object.entries(inner)) values.set(name, value);
      return;
    }
    case 'map': {
      const [key, value] = readEntry(field, delimited(reader, wire), depth);
      const known = values.get(field.name);
      values.set(field.name, { ...(isObject(known) ? known : {}), [key]: value });
      return;
    }
    case 'list': {
      const known = values.get(field.name);
      // One list for the whole message: spreading it anew for each element would take quadratic time.
      const list: Json[] = Array.isArray(known) ? known : [];
      list.push(...readElements(field, reader, wire, depth));
      values.set(field.name, list);
      return;
    }
    default: {
      const value = readValue(field.type, reader, wire, depth);
      if (field.pointer || !isZero(value)) values.set(field.name, value);
      else values.delete(field.name);
    }
  }
}

/** A list of numbers may come packed into one value. */
function readElements(field: Field, reader: BinaryReader, wire: WireType, depth: number): readonly Json[] {
  if ((field.type !== 'int' && field.type !== 'bool') || wire !== WireType.LengthDelimited) {
    return [readValue(field.type, reader, wire, depth)];
  }
  const packed = new BinaryReader(reader.bytes());
  const elements: Json[] = [];
  while (packed.pos < packed.len) elements.push(readValue(field.type, packed, WireType.Varint, depth));
  return elements;
}

function readEntry(field: Field, bytes: Uint8Array, depth: number): readonly [string, Json] {
  const reader = new BinaryReader(bytes);
  let key = '';
  let value: Json = field.type === 'string' || field.type === 'bytes' ? '' : {};
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === 1) key = textOf(reader, wire);
    else if (number === 2) value = readValue(field.type, reader, wire, depth);
    else throw new NotDecoded('an entry of a map has more than a key and a value');
  }
  return [key, value];
}

function readValue(type: string, reader: BinaryReader, wire: WireType, depth: number): Json {
  switch (type) {
    case 'string':
      return textOf(reader, wire);
    case 'bytes':
      return Buffer.from(delimited(reader, wire)).toString('base64');
    case 'bool':
      return whole(reader, wire) !== 0;
    case 'int':
      return whole(reader, wire);
    case 'double':
      if (wire !== WireType.Bit64) throw new NotDecoded('a number is expected');
      return reader.double();
    default: {
      const bytes = delimited(reader, wire);
      const message = messageNamed(type);
      if (message !== undefined) return readMessage(message, bytes, depth + 1);
      const special = decodeSpecial(type, bytes);
      if (special === undefined) throw new NotDecoded(`the type ${type} is not known in protobuf`);
      return special;
    }
  }
}

function messageOf(field: Field): Message {
  const message = messageNamed(field.type);
  if (message === undefined) throw new NotDecoded(`the message ${field.type} is not known`);
  return message;
}

function delimited(reader: BinaryReader, wire: WireType): Uint8Array {
  if (wire !== WireType.LengthDelimited) throw new NotDecoded('a length is expected');
  return reader.bytes();
}

function textOf(reader: BinaryReader, wire: WireType): string {
  if (wire !== WireType.LengthDelimited) throw new NotDecoded('a text is expected');
  return reader.string(true);
}

function whole(reader: BinaryReader, wire: WireType): number {
  if (wire !== WireType.Varint) throw new NotDecoded('a whole number is expected');
  const value = Number(reader.int64());
  if (!Number.isSafeInteger(value)) throw new NotDecoded('a number is too large');
  return value;
}

function isZero(value: Json): boolean {
  return value === '' || value === 0 || value === false || value === null || (isObject(value) && Object.keys(value).length === 0);
}
