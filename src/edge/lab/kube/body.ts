import { parse } from 'yaml';
import type { Call } from './call.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { decodeBody, NotDecoded } from './schema/decode.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

/** The largest depth of nesting that is read; Kubernetes' own objects need less than 30. */
export const DEEPEST = 500;

const ACCEPTED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The media type of a body without its parameters; JSON where none is stated. */
export function mediaType(call: Call): string {
  const [type = ''] = (call.headers['content-type'] ?? 'application/json').split(';');
  return type.trim().toLowerCase();
}

/** Reads the object of a body: JSON, YAML or Kubernetes' protobuf. Throws `Refused`: 400 for what cannot be read, 415. */
export function readObject(call: Call): JsonObject {
  switch (mediaType(call)) {
    case 'application/json':
      return objectOf(parseJson(textOf(call.body)));
    case 'application/yaml':
      return objectOf(parseYaml(textOf(call.body)));
    case 'application/vnd.kubernetes.protobuf':
      try {
        return decodeBody(call.body);
      } catch (error) {
        if (!(error instanceof NotDecoded)) throw error;
        throw badRequest(`the protobuf body could not be decoded: ${error.message}`);
      }
    default:
      throw unsupportedMediaType(ACCEPTED);
  }
}

/** Reads JSON; throws `Refused` (400) where it is none or nests too deep. */
export function parseJson(text: string): Json {
  if (depthOf(text) > DEEPEST) throw badRequest("couldn't get version/kind; json parse error: exceeded max depth");
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("couldn't get version/kind; json parse error: the body is not valid JSON");
  }
}

/** Reads YAML, of which JSON is a part; throws `Refused` (400). */
export function parseYaml(text: string): Json {
  if (/^\s*[{[]/.test(text)) return parseJson(text);
  // Depth in block style is indentation, in flow style brackets; both are bounded by this before the parser recurses.
  if (depthOf(text) > DEEPEST || /^ {1000}/m.test(text) || /^(?:- ?){500}/m.test(text))
    throw badRequest('error converting YAML to JSON: it nests too deep');
  try {
    const value: unknown = parse(text, { maxAliasCount: 100, schema: 'core' });
    return parseJson(JSON.stringify(value) ?? 'null');
  } catch {
    throw badRequest('error converting YAML to JSON: the body is not valid YAML');
  }
}

/** Text of a body; throws `Refused` (400) where it is not UTF-8. */
export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw badRequest('the body is not UTF-8');
  }
}

function objectOf(value: Json): JsonObject {
  if (!isObject(value)) throw badRequest("couldn't get version/kind; json parse error: the body is no object");
  return value;
}

/** The deepest nesting of brackets outside of texts, counted without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}
