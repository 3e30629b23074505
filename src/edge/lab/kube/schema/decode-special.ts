import { BinaryReader } from '@bufbuild/protobuf/wire';
import { isObject, type Json } from '../json.ts';

/**
 * Decodes a message that JSON writes as one value: times, quantities, a number or text, a list of texts, field sets.
 * Undefined for other types. Throws where the bytes are none of the type.
 *
 * Source: kubernetes apimachinery generated.proto of meta/v1, util/intstr and api/resource.
 */
export function decodeSpecial(type: string, bytes: Uint8Array): Json | undefined {
  const parts = numbered(bytes);
  switch (type) {
    case 'Time':
      return instantOf(parts, 0);
    case 'MicroTime':
      return instantOf(parts, 6);
    case 'Quantity':
      return textOf(parts.get(1)?.at(-1));
    case 'IntOrString':
      return numberOf(parts.get(1)?.at(-1)) === 0 ? numberOf(parts.get(2)?.at(-1)) : textOf(parts.get(3)?.at(-1));
    case 'ExtraValue':
      return (parts.get(1) ?? []).map(textOf);
    case 'FieldsV1': {
      const value: Json = JSON.parse(textOf(parts.get(1)?.at(-1)) || '{}');
      return isObject(value) ? value : null;
    }
    default:
      return undefined;
  }
}

type Part = Uint8Array | bigint | undefined;

/** The values of a small message by field number, whatever their type. */
function numbered(bytes: Uint8Array): ReadonlyMap<number, readonly Part[]> {
  const reader = new BinaryReader(bytes);
  const parts = new Map<number, Part[]>();
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    let value: Part;
    if (wire === 0) value = BigInt(reader.int64());
    else if (wire === 2) value = reader.bytes();
    else reader.skip(wire, number);
    const known = parts.get(number);
    if (known === undefined) parts.set(number, [value]);
    else known.push(value);
  }
  return parts;
}

function numberOf(part: Part): number {
  const value = typeof part === 'bigint' ? Number(part) : 0;
  if (!Number.isSafeInteger(value)) throw new RangeError('a number is too large');
  return value;
}

function textOf(part: Part): string {
  return part instanceof Uint8Array ? new TextDecoder('utf-8', { fatal: true }).decode(part) : '';
}

/** An empty message is Go's zero time, which JSON writes as null. */
function instantOf(parts: ReadonlyMap<number, readonly Part[]>, digits: number): Json {
  if (parts.size === 0) return null;
  const seconds = numberOf(parts.get(1)?.at(-1));
  const nanoseconds = numberOf(parts.get(2)?.at(-1));
  const at = new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6));
  if (Number.isNaN(at.getTime())) throw new RangeError('a time is out of range');
  const text = at.toISOString();
  return digits === 0
    ? text.replace(/\.\d+Z$/, 'Z')
    : text.replace(/\.\d+Z$/, `.${String(Math.floor(nanoseconds / 1000)).padStart(6, '0')}Z`);
}
