import { isList, isObject, type Json } from '../json.ts';

/** What is wrong with a value, in Go's words, or what it is when it is right. */
export type Checked = { readonly value: Json } | { readonly wrong: string };

/** How encoding/json of Go names a value that it cannot take. */
export function goKind(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** Checks a value of a scalar type, or of a message that JSON writes as one value; undefined for other types. */
export function checkScalar(type: string, value: Json): Checked | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? { value } : mismatch(value, 'string');
    case 'bool':
      return typeof value === 'boolean' ? { value } : mismatch(value, 'bool');
    case 'int':
      return Number.isSafeInteger(value) ? { value } : mismatch(value, 'int64');
    case 'double':
      return typeof value === 'number' ? { value } : mismatch(value, 'float64');
    case 'bytes':
      if (typeof value !== 'string') return mismatch(value, '[]uint8');
      return isBase64(value) ? { value } : { wrong: 'illegal base64 data at input byte 0' };
    case 'Quantity':
      if (typeof value === 'number') return { value: String(value) };
      return typeof value === 'string' && QUANTITY.test(value)
        ? { value }
        : { wrong: `quantities must match the regular expression '${QUANTITY.source}'` };
    case 'IntOrString':
      return Number.isSafeInteger(value) || typeof value === 'string' ? { value } : mismatch(value, 'intstr.IntOrString');
    case 'Time':
    case 'MicroTime':
      if (typeof value !== 'string') return mismatch(value, 'v1.Time');
      return Number.isNaN(Date.parse(value))
        ? { wrong: `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00"` }
        : { value };
    case 'FieldsV1':
      return isObject(value) ? { value } : mismatch(value, 'v1.FieldsV1');
    case 'ExtraValue':
      return isList(value) && value.every((each) => typeof each === 'string') ? { value } : mismatch(value, 'v1.ExtraValue');
    default:
      return undefined;
  }
}

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function isBase64(text: string): boolean {
  const bare = text.replace(/[\r\n]/g, '');
  return bare.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(bare);
}

function mismatch(value: Json, type: string): Checked {
  return { wrong: `cannot unmarshal ${goKind(value)} into Go value of type ${type}` };
}
