import { contextValue, type IamCase, many, type OneOrMany, type Statement } from './iam-case.ts';
import type { Choose } from './open-point.ts';
import { arnFits, fits, shelter, unshelter } from './wildcard.ts';

/** Whether every operator, and every key under it, is met (facts/iam.md §3.1). An empty block has no effect. */
export function conditionsMet(
  statement: Statement,
  version: string | undefined,
  context: IamCase['context'],
  choose: Choose,
): boolean {
  let met = true;
  for (const [name, keys] of Object.entries(statement.Condition ?? {})) {
    for (const [key, values] of Object.entries(keys)) {
      if (!oneMet(name, key, many<string | number | boolean>(values).map(String), version, context, choose)) met = false;
    }
  }
  return met;
}

function oneMet(
  name: string,
  key: string,
  values: readonly string[],
  version: string | undefined,
  context: IamCase['context'],
  choose: Choose,
): boolean {
  const present = contextValue(context, key);
  if (name === 'Null') return values.some((value) => (value === 'true') === (present === undefined));

  const ifExists = name.endsWith('IfExists');
  const bare = ifExists ? name.slice(0, -'IfExists'.length) : name;
  const set = bare.startsWith('ForAllValues:') ? 'all' : bare.startsWith('ForAnyValue:') ? 'any' : 'none';
  const operator = bare.slice(bare.indexOf(':') + 1);
  const negated = operator.includes('Not');
  const point = `${name} ${key} ${values.join(' ')}`;

  if (values.length === 0) return emptyListMet(set, ifExists, present, choose, point);

  const matchesOne = (asked: string): boolean => {
    let some = false;
    for (const value of values) if (compare(operator, asked, value, version, context, choose)) some = true;
    return negated ? !some : some;
  };

  if (present === undefined) {
    if (set === 'any') return ifExists ? choose(`ForAnyValue with IfExists on a missing key: ${point}`) : false;
    return ifExists || negated || set === 'all';
  }
  const asked = many(present);
  if (set === 'all') {
    // "ForAllValues is true for a null data set such as an empty string": how far that goes is not said.
    if (asked.some((value) => value === '')) return choose(`ForAllValues and empty text: ${point}`);
    return asked.every(matchesOne);
  }
  if (set === 'any') return asked.some(matchesOne);
  // Nothing to match is no match, be the key there or not.
  if (present.length === 0 && !negated && !ifExists) return false;
  // Seen, not documented: a multivalued key needs a set operator, without one it does not match.
  if (typeof present !== 'string') return choose(`multivalued key without set operator: ${point}`);
  return matchesOne(present);
}

/** Facts/iam.md §1.1 on empty value lists; a plain operator's case contradicts itself in the source. */
function emptyListMet(set: string, ifExists: boolean, present: OneOrMany | undefined, choose: Choose, point: string): boolean {
  if (set === 'any') return ifExists && present === undefined ? choose(`empty list: ${point}`) : false;
  if (set === 'all' && present !== undefined && many(present).length === 0) return choose(`empty list: ${point}`);
  if (set === 'all' || ifExists) return present === undefined;
  return choose(`empty list: ${point}`);
}

/** The positive comparison that an operator makes; a `Not` operator is its negation (facts/iam.md §3.2). */
function compare(
  operator: string,
  asked: string,
  written: string,
  version: string | undefined,
  context: IamCase['context'],
  choose: Choose,
): boolean {
  const positive = operator.replace('Not', '');
  if (positive.startsWith('String') || positive.startsWith('Arn')) {
    const value = withVariables(written, version, context);
    if (value === undefined) return false; // a variable without a value never matches (facts/iam.md §1.5)
    if (positive === 'StringEquals') return asked === unshelter(value);
    if (positive === 'StringEqualsIgnoreCase') return asked.toLowerCase() === unshelter(value).toLowerCase();
    if (positive === 'StringLike') return fits(asked, value);
    if (positive === 'ArnEquals' || positive === 'ArnLike') return arnFits(asked, value);
  }
  if (positive.startsWith('Numeric')) return ordered(positive.slice('Numeric'.length), numberOf(asked), numberOf(written));
  if (positive.startsWith('Date')) return ordered(positive.slice('Date'.length), timeOf(asked), timeOf(written));
  if (positive === 'Bool') {
    if (written.includes('${')) return choose(`variable in Bool: ${written}`);
    return asked === written;
  }
  if (positive === 'BinaryEquals') return Buffer.from(asked, 'base64').equals(Buffer.from(written, 'base64'));
  if (positive === 'IpAddress') return inNetwork(asked, written);
  return choose(`operator ${operator} on ${asked} and ${written}`);
}

/**
 * A condition value or a resource with its variables replaced and the replaced text sheltered from being read as wildcards;
 * undefined when one has no value. Only Version 2012-10-17 knows variables (facts/iam.md §1.5).
 */
export function withVariables(written: string, version: string | undefined, context: IamCase['context']): string | undefined {
  if (version !== '2012-10-17') return written;
  let missing = false;
  const out = written.replace(/\$\{([^}]*)\}/g, (_whole, inside: string) => {
    if (inside === '*' || inside === '?' || inside === '$') return shelter(inside);
    const [, name = inside, fallback] = /^(.*?), '(.*)'$/.exec(inside) ?? [];
    const value = contextValue(context, name);
    if (typeof value === 'string') return shelter(value);
    if (fallback !== undefined) return shelter(fallback);
    missing = true;
    return '';
  });
  return missing ? undefined : out;
}

function ordered(relation: string, left: number, right: number): boolean {
  if (relation === 'Equals') return left === right;
  if (relation === 'LessThan') return left < right;
  if (relation === 'LessThanEquals') return left <= right;
  if (relation === 'GreaterThan') return left > right;
  if (relation === 'GreaterThanEquals') return left >= right;
  return false;
}

/** NaN, which compares as false with everything, for what is no number. */
function numberOf(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** ISO 8601 or seconds since 1970, as milliseconds. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** Whether the first so many bits of two addresses agree; another family never does, no prefix length means all bits. */
function inNetwork(address: string, network: string): boolean {
  const [base = '', length] = network.split('/');
  const left = bitsOf(address);
  const right = bitsOf(base);
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  const bits = length === undefined ? left.length : Number(length);
  return left.slice(0, bits) === right.slice(0, bits);
}

/** An address as a text of 32 or 128 zeros and ones. */
function bitsOf(address: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(address)) {
    return address
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  }
  if (!address.includes(':')) return undefined;
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill('0');
  return [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
