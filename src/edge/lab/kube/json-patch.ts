import { isList, isObject, type Json, type JsonObject, sameJson, withField } from './json.ts';
import { badRequest, Refused, tooLarge } from './status.ts';

/** Operations that one patch may have (kubernetes/apiserver pkg/endpoints/handlers/patch.go maxJSONPatchOperations). */
const MOST_OPERATIONS = 10_000;

/** Characters that one patch may copy. */
const MOST_COPIED = 3 * 1024 * 1024;

/**
 * Applies a JSON patch (RFC 6902). Throws `Refused`: 400 for what is no patch, 413 for too many operations, 422 where an
 * operation cannot be done or a test fails; then nothing has changed.
 */
export function jsonPatch(document: JsonObject, patch: Json): JsonObject {
  if (!isList(patch)) throw badRequest('error decoding patch: the body is no list of operations');
  if (patch.length > MOST_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`;
    throw new Refused({ code: 413, reason: 'RequestEntityTooLarge', message });
  }
  let copied = 0;
  const made = patch.reduce<Json>((value, operation) => {
    if (!isObject(operation)) throw badRequest('error decoding patch: an operation is no object');
    if (operation['op'] === 'copy') {
      // A few copies of copies would be larger than any memory.
      copied += JSON.stringify(get(value, pointer(operation['from'], 'from'))).length;
      if (copied > MOST_COPIED) throw tooLarge(MOST_COPIED);
    }
    return perform(value, operation);
  }, document);
  if (!isObject(made)) throw failed('the patched document is no object');
  return made;
}

function perform(document: Json, operation: JsonObject): Json {
  const path = pointer(operation['path'], 'path');
  const { op } = operation;
  switch (op) {
    case 'add':
      return add(document, path, operand(operation));
    case 'remove':
      return remove(document, path);
    case 'replace':
      return add(remove(document, path), path, operand(operation));
    case 'move': {
      const from = pointer(operation['from'], 'from');
      if (from.length < path.length && from.every((part, i) => part === path[i])) throw failed('a value cannot move into itself');
      return add(remove(document, from), path, get(document, from));
    }
    case 'copy':
      return add(document, path, get(document, pointer(operation['from'], 'from')));
    case 'test':
      if (!sameJson(get(document, path), operand(operation))) throw failed(`testing value ${String(operation['path'])} failed`);
      return document;
    default:
      throw failed(`Unexpected kind: ${String(op)}`);
  }
}

function operand(operation: JsonObject): Json {
  const { value } = operation;
  if (value === undefined) throw failed('the operation has no value');
  return value;
}

function pointer(text: Json | undefined, what: string): readonly string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/')))
    throw failed(`the ${what} of an operation is no JSON pointer`);
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function get(document: Json, path: readonly string[]): Json {
  return path.reduce<Json>((value, part) => {
    const next = isList(value)
      ? value[index(value, part, false)]
      : isObject(value) && Object.hasOwn(value, part)
        ? value[part]
        : undefined;
    if (next === undefined) throw failed(`the path ${JSON.stringify(`/${path.join('/')}`)} does not exist`);
    return next;
  }, document);
}

/** The document with the container at a path changed by `change`. */
function within(document: Json, path: readonly string[], change: (container: Json, last: string) => Json): Json {
  const [part, ...rest] = path;
  if (part === undefined) throw failed('the path names the whole document');
  if (rest.length === 0) return change(document, part);
  const next = within(get(document, [part]), rest, change);
  if (isList(document)) return document.with(index(document, part, false), next);
  return isObject(document) ? withField(document, part, next) : document;
}

function add(document: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  return within(document, path, (container, last) => {
    if (isList(container)) return container.toSpliced(index(container, last, true), 0, value);
    if (!isObject(container)) throw failed(`there is nothing to add to at ${JSON.stringify(last)}`);
    return withField(container, last, value);
  });
}

function remove(document: Json, path: readonly string[]): Json {
  if (path.length === 0) return null;
  get(document, path);
  return within(document, path, (container, last) => {
    if (isList(container)) return container.toSpliced(index(container, last, false), 1);
    return isObject(container) ? withField(container, last, undefined) : container;
  });
}

function index(list: readonly Json[], part: string, adding: boolean): number {
  if (adding && part === '-') return list.length;
  const at = /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1;
  if (at < 0 || at > list.length || (at === list.length && !adding)) throw failed(`there is no element ${JSON.stringify(part)}`);
  return at;
}

function failed(why: string): Refused {
  return new Refused({
    code: 422,
    reason: 'Invalid',
    message: `the server rejected our request due to an error in our request: ${why}`,
    details: {},
  });
}
