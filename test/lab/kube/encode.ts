import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { isList, isObject, type Json, type JsonObject, textAt } from '../../../src/edge/lab/kube/json.ts';
import { type Field, messageNamed } from '../../../src/edge/lab/kube/schema/messages.ts';

/** Encodes an object as kubectl's protobuf would be, from the same table that the decoder reads. */
export function encodeBody(object: JsonObject): Uint8Array {
  const { apiVersion, kind, ...rest } = object;
  const raw = Buffer.from(encodeMessage(textAt(object, 'kind'), rest)).toString('base64');
  const unknown = encodeMessage('Unknown', { typeMeta: { apiVersion: apiVersion ?? '', kind: kind ?? '' }, raw });
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}

/** The fields of one message. */
export function encodeMessage(name: string, object: JsonObject): Uint8Array {
  const message = messageNamed(name);
  const writer = new BinaryWriter();
  for (const field of message?.byNumber.values() ?? []) {
    if (field.shape === 'inline') {
      const inner = messageNamed(field.type);
      const own = Object.entries(object).filter(([key]) => inner?.byName.has(key));
      bytes(writer, field, encodeMessage(field.type, Object.fromEntries(own)));
      continue;
    }
    const value = Object.hasOwn(object, field.name) ? object[field.name] : undefined;
    if (value === undefined) continue;
    if (field.shape === 'list' && isList(value)) for (const each of value) write(writer, field, each);
    else if (field.shape === 'map' && isObject(value)) {
      for (const [key, each] of Object.entries(value)) {
        const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string(key);
        write(entry, { ...field, number: 2 }, each);
        bytes(writer, field, entry.finish());
      }
    } else write(writer, field, value);
  }
  return writer.finish();
}

function bytes(writer: BinaryWriter, { number }: Field, value: Uint8Array): void {
  writer.tag(number, WireType.LengthDelimited).bytes(value);
}

function write(writer: BinaryWriter, field: Field, value: Json): void {
  switch (field.type) {
    case 'string':
      writer.tag(field.number, WireType.LengthDelimited).string(String(value));
      return;
    case 'bytes':
      bytes(writer, field, Buffer.from(String(value), 'base64'));
      return;
    case 'bool':
      writer.tag(field.number, WireType.Varint).bool(value === true);
      return;
    case 'int':
      writer.tag(field.number, WireType.Varint).int64(Number(value));
      return;
    case 'double':
      writer.tag(field.number, WireType.Bit64).double(Number(value));
      return;
    case 'Quantity':
      bytes(writer, field, new BinaryWriter().tag(1, WireType.LengthDelimited).string(String(value)).finish());
      return;
    case 'IntOrString': {
      const inner = new BinaryWriter().tag(1, WireType.Varint).int64(typeof value === 'number' ? 0 : 1);
      if (typeof value === 'number') inner.tag(2, WireType.Varint).int64(value);
      else inner.tag(3, WireType.LengthDelimited).string(String(value));
      bytes(writer, field, inner.finish());
      return;
    }
    case 'Time':
    case 'MicroTime': {
      const inner = new BinaryWriter().tag(1, WireType.Varint).int64(Math.floor(Date.parse(String(value)) / 1000));
      bytes(writer, field, inner.finish());
      return;
    }
    case 'ExtraValue': {
      const inner = new BinaryWriter();
      if (isList(value)) for (const each of value) inner.tag(1, WireType.LengthDelimited).string(String(each));
      bytes(writer, field, inner.finish());
      return;
    }
    case 'FieldsV1':
      bytes(writer, field, new BinaryWriter().tag(1, WireType.LengthDelimited).string(JSON.stringify(value)).finish());
      return;
    default:
      bytes(writer, field, encodeMessage(field.type, isObject(value) ? value : {}));
  }
}
