import { XMLBuilder } from 'fast-xml-parser';

const builder = new XMLBuilder({
  format: true,
  indentBy: '  ',
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: false,
});

/**
 * Writes an answer of the query protocol: the JSON shape that the aws CLI prints, with lists as `<member>`
 * elements and a Map as `<entry>` elements.
 *
 * @param root the outermost element, e.g. `GetCallerIdentityResponse`
 */
export function toXml(root: string, namespace: string, content: Readonly<Record<string, unknown>>): string {
  return builder.build({ [root]: { '@xmlns': namespace, ...plain(content) } });
}

function plain(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) if (value !== undefined) out[key] = element(value);
  return out;
}

function element(value: unknown): unknown {
  if (value instanceof Map) return { entry: [...value].map(([key, inner]) => ({ key: element(key), value: element(inner) })) };
  if (Array.isArray(value)) return value.length === 0 ? '' : { member: value.map(element) };
  if (typeof value === 'object' && value !== null) return plain(value as Readonly<Record<string, unknown>>);
  return cleaned(String(value));
}

/** XML 1.0 has no control characters but these; what came in escaped must not make the answer unreadable. */
function cleaned(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}
