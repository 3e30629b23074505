import type { Json, JsonObject } from './json.ts';
import { type Field, type Message, messageNamed } from './schema/messages.ts';

/** How JSON writes scalars and what is written as one value; anything else is a message with fields of its own. */
const WRITTEN: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  Time: { type: 'string', format: 'date-time' },
  MicroTime: { type: 'string', format: 'date-time' },
  Quantity: { type: 'string' },
  IntOrString: { type: 'string', format: 'int-or-string' },
  FieldsV1: { type: 'object' },
  ExtraValue: { type: 'array', items: { type: 'string' } },
};

const ROOT = '#/components/schemas/';

/** The name of a message's schema. */
export function schemaName(message: string): string {
  return `io.causeway.lab.${message}`;
}

/** The schemas of messages and of all that they hold, by name: what `kubectl explain` shows. */
export function schemasOf(names: readonly string[]): ReadonlyMap<string, JsonObject> {
  const made = new Map<string, JsonObject>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const message = messageNamed(name);
    if (message === undefined || made.has(schemaName(name))) continue;
    made.set(schemaName(name), schemaOf(message));
    waiting.push(...[...message.byName.values()].map(({ type }) => type));
  }
  return made;
}

function schemaOf({ byName }: Message): JsonObject {
  const properties = [...byName].map(([name, field]): [string, Json] => [name, propertyOf(field)]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

function propertyOf(field: Field): JsonObject {
  const one = WRITTEN[field.type] ?? { allOf: [{ $ref: `${ROOT}${schemaName(field.type)}` }], default: {} };
  if (field.shape === 'map') return { type: 'object', additionalProperties: one };
  if (field.shape !== 'list') return one;
  const keys: JsonObject =
    field.keys.length > 0
      ? { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': field.keys }
      : { 'x-kubernetes-list-type': field.set ? 'set' : 'atomic' };
  return { type: 'array', items: one, ...keys };
}
