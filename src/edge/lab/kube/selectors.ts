import { type JsonObject, objectAt, textAt } from './json.ts';
import type { Kind } from './kinds.ts';
import { badRequest } from './status.ts';

/** Whether an object is meant. */
export type Selector = (object: JsonObject) => boolean;

interface Term {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

const KEY = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const TERM = new RegExp(
  `^\\s*(?:(?<absent>!)\\s*(?<no>${KEY})|(?<key>${KEY})(?:\\s*(?<op>==|=|!=|>|<)\\s*(?<value>[^\\s(),!=<>]*)|\\s+(?<set>in|notin)\\s*\\((?<values>[^()]*)\\))?)\\s*$`,
);

/**
 * Reads a label selector (`a=b,c!=d,e in (f,g),!h`); throws `Refused` (400) where it is none.
 * Source: kubernetes apimachinery pkg/labels/selector.go.
 */
export function labelSelector(text: string): Selector {
  const terms = splitOutside(text)
    .filter((term) => term.trim() !== '')
    .map(readTerm);
  if (terms.length === 0) return () => true;
  return (object) => {
    const labels = objectAt(object, 'metadata', 'labels');
    return terms.every((term) => fits(term, Object.hasOwn(labels, term.key) ? String(labels[term.key]) : undefined));
  };
}

function readTerm(term: string): Term {
  const found = TERM.exec(term)?.groups;
  if (found === undefined) throw badRequest(`unable to parse requirement: ${JSON.stringify(term.trim())}`);
  const { no, key = '', op, value = '', set, values = '' } = found;
  if (no !== undefined) return { key: no, operator: 'DoesNotExist', values: [] };
  if (set !== undefined) {
    return { key, operator: set === 'in' ? 'In' : 'NotIn', values: values.split(',').map((each) => each.trim()) };
  }
  if (op === undefined) return { key, operator: 'Exists', values: [] };
  if (op === '>' || op === '<') return { key, operator: op === '>' ? 'Gt' : 'Lt', values: [value] };
  return { key, operator: op === '!=' ? 'NotIn' : 'In', values: [value] };
}

function fits({ operator, values }: Term, label: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default: {
      const [have, than] = [Number(label), Number(values[0])];
      return label !== undefined && (operator === 'Gt' ? have > than : have < than);
    }
  }
}

/** Splits at commas that stand in no parentheses. */
function splitOutside(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

/**
 * Reads a field selector (`metadata.name=x,status.phase!=Failed`); throws `Refused` (400) where it is none or names a
 * field that the kind cannot be selected by. Source: kubernetes apimachinery pkg/fields/selector.go.
 */
export function fieldSelector(text: string, kind: Kind): Selector {
  const terms = splitEscaped(text)
    .filter((term) => term !== '')
    .map((term) => {
      const found = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
      const [, name = '', operator = '', value = ''] = found ?? [];
      if (found === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      const known =
        name === 'metadata.name' || (name === 'metadata.namespace' && kind.namespaced) || kind.selectable.includes(name);
      if (!known) {
        const gvr = `${kind.group}/${kind.version}, Resource=${kind.resource}`;
        throw badRequest(
          `Unable to find ${JSON.stringify(gvr)} that match label selector "", field selector ${JSON.stringify(text)}: field label not supported: ${name}`,
        );
      }
      return { path: name.split('.'), equal: operator !== '!=', value: value.replace(/\\(.)/gs, '$1') };
    });
  return (object) => terms.every(({ path, equal, value }) => (valueAt(object, path) === value) === equal);
}

function valueAt(object: JsonObject, path: readonly string[]): string {
  // The source of an event is selected by its component.
  return path[0] === 'source' ? textAt(object, 'source', 'component') : textAt(object, ...path);
}

function splitEscaped(text: string): readonly string[] {
  return text.match(/(?:\\.|[^\\,])+/gs) ?? [];
}
