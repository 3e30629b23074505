import { type JsonObject, objectAt, textAt } from './json.ts';
import type { Kind } from './kinds.ts';
import type { FieldError } from './status.ts';

// The sentences are those of kubernetes apimachinery pkg/util/validation/validation.go.

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;

interface Form {
  readonly pattern: RegExp;
  readonly most: number;
  readonly sentence: string;
}

const SUBDOMAIN_FORM: Form = {
  pattern: new RegExp(`^${SUBDOMAIN}$`),
  most: 253,
  sentence: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
};
const LABEL_FORM: Form = {
  pattern: new RegExp(`^${LABEL}$`),
  most: 63,
  sentence: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
};
const SERVICE_FORM: Form = {
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  most: 63,
  sentence:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};

/** Why a name is none for this kind. RBAC names only have to fit into a path. */
function nameProblems(kind: Kind, name: string): readonly string[] {
  if (kind.group === 'rbac.authorization.k8s.io') {
    if (name === '.' || name === '..') return [`may not be '${name}'`];
    return ['/', '%'].filter((char) => name.includes(char)).map((char) => `may not contain '${char}'`);
  }
  const form = kind.kind === 'Namespace' ? LABEL_FORM : kind.kind === 'Service' ? SERVICE_FORM : SUBDOMAIN_FORM;
  const problems = name.length > form.most ? [`must be no more than ${form.most} characters`] : [];
  return form.pattern.test(name) ? problems : [...problems, form.sentence];
}

/** What is wrong with the metadata of an object that is written. */
export function metadataErrors(kind: Kind, object: JsonObject): readonly FieldError[] {
  const name = textAt(object, 'metadata', 'name');
  const errors: FieldError[] =
    name === ''
      ? [{ field: 'metadata.name', reason: 'FieldValueRequired', message: 'Required value: name or generateName is required' }]
      : nameProblems(kind, name).map((why) => wrong('metadata.name', name, why));
  const labels = objectAt(object, 'metadata', 'labels');
  for (const [key, value] of Object.entries(labels)) {
    errors.push(...keyErrors('metadata.labels', key));
    if (typeof value !== 'string') continue;
    if (value.length > 63) errors.push(wrong('metadata.labels', value, 'must be no more than 63 characters'));
    else if (!new RegExp(`^${LABEL_VALUE}$`).test(value)) errors.push(wrong('metadata.labels', value, LABEL_VALUE_SENTENCE));
  }
  const annotations = objectAt(object, 'metadata', 'annotations');
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    errors.push(...keyErrors('metadata.annotations', key.toLowerCase()));
    size += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  }
  if (size > MOST_ANNOTATIONS) {
    const message = `Too long: may not be more than ${MOST_ANNOTATIONS} bytes`;
    errors.push({ field: 'metadata.annotations', reason: 'FieldValueTooLong', message });
  }
  return errors;
}

const MOST_ANNOTATIONS = 256 * 1024;
const LABEL_VALUE_SENTENCE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'})?')`;
const KEY_SENTENCE = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`;

function keyErrors(field: string, key: string): readonly FieldError[] {
  const slash = key.indexOf('/');
  const [prefix, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
  const errors: FieldError[] = [];
  if (prefix !== undefined && !SUBDOMAIN_FORM.pattern.test(prefix)) {
    errors.push(wrong(field, key, prefix === '' ? 'prefix part must be non-empty' : `prefix part ${SUBDOMAIN_FORM.sentence}`));
  }
  if (name.length > 63) errors.push(wrong(field, key, 'name part must be no more than 63 characters'));
  else if (!new RegExp(`^${QUALIFIED}$`).test(name)) {
    errors.push(wrong(field, key, name === '' ? 'name part must be non-empty' : KEY_SENTENCE));
  }
  return errors;
}

/** `Invalid value: "x": why`. */
export function wrong(field: string, value: unknown, why: string): FieldError {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

/** `Required value`, with what should stand there where that helps. */
export function required(field: string, why = ''): FieldError {
  return { field, reason: 'FieldValueRequired', message: why === '' ? 'Required value' : `Required value: ${why}` };
}

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

/** The name of an object with `generateName`: its beginning and five random characters (apiserver names/generate.go). */
export function generatedName(base: string, random: () => number = Math.random): string {
  const short = base.slice(0, 58);
  return short + Array.from({ length: 5 }, () => SUFFIX[Math.floor(random() * SUFFIX.length)] ?? 'x').join('');
}
