import { Fault } from './fault.ts';

/** Parameters of the query protocol: `Tags.member.1.Key=…`. */
export interface Parameters {
  readonly text: (name: string) => string | undefined;
  /** The texts of a list: `PolicyArns.member.N.arn` with `PolicyArns` and `arn`, `TagKeys.member.N` with `TagKeys`. */
  readonly list: (name: string, field?: string) => readonly string[];
  /** The objects of a list, each by its fields. */
  readonly objects: (name: string) => readonly Readonly<Record<string, string>>[];
  readonly names: () => readonly string[];
}

/** More than any operation takes; what comes beyond is no honest request. */
const MOST = 2_000;

/** Reads the form of a query request; the query string of a GET is one too. */
export function readParameters(form: string): Parameters {
  const pairs = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(form)) {
    if (pairs.has(name)) throw new Fault('InvalidQueryParameter', 400, `The parameter ${name} stands twice`);
    if (pairs.size >= MOST) throw new Fault('InvalidQueryParameter', 400, 'There are too many parameters');
    pairs.set(name, value);
  }
  const members = (name: string): readonly (readonly [index: number, rest: string, value: string])[] => {
    const found: (readonly [number, string, string])[] = [];
    const lead = `${name}.member.`;
    for (const [key, value] of pairs) {
      if (!key.startsWith(lead)) continue;
      const [, index, rest = ''] = /^(\d{1,4})(?:\.(.*))?$/.exec(key.slice(lead.length)) ?? [];
      if (index !== undefined) found.push([Number(index), rest, value]);
    }
    return found.sort(([a], [b]) => a - b);
  };
  return {
    text: (name) => pairs.get(name),
    list: (name, field = '') => members(name).flatMap(([, rest, value]) => (rest === field ? [value] : [])),
    objects: (name) => {
      const objects = new Map<number, Record<string, string>>();
      for (const [index, rest, value] of members(name)) {
        const object = objects.get(index) ?? {};
        Object.defineProperty(object, rest, { value, enumerable: true });
        objects.set(index, object);
      }
      return [...objects.values()];
    },
    names: () => [...pairs.keys()],
  };
}

/** What a parameter may be (the service's API model). */
export interface Rule {
  readonly least?: number;
  readonly most?: number;
  /** Of the whole text, as AWS prints it in its refusal. */
  readonly pattern?: string;
}

/**
 * A parameter that has to be there and to be well formed. Throws AWS's ValidationError.
 *
 * @example required(parameters, 'RoleName', { most: 64, pattern: '[\\w+=,.@-]+' })
 */
export function required(parameters: Parameters, name: string, rule: Rule = {}): string {
  const value = parameters.text(name);
  if (value === undefined) throw invalid('null', name, 'Member must not be null');
  return checked(value, name, rule);
}

/** The same for one that may be absent. */
export function optional(parameters: Parameters, name: string, rule: Rule = {}): string | undefined {
  const value = parameters.text(name);
  return value === undefined ? undefined : checked(value, name, rule);
}

/** A whole number between two others. */
export function optionalNumber(parameters: Parameters, name: string, least: number, most: number): number | undefined {
  const text = parameters.text(name);
  if (text === undefined) return undefined;
  const value = /^-?\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new Fault('MalformedInput', 400, `${text} is no whole number: ${name}`);
  if (value < least) throw invalid(text, name, `Member must have value greater than or equal to ${least}`);
  if (value > most) throw invalid(text, name, `Member must have value less than or equal to ${most}`);
  return value;
}

/** Checks a text against its rule. */
export function checked(value: string, name: string, { least = 1, most, pattern }: Rule): string {
  if (value.length < least) throw invalid(value, name, `Member must have length greater than or equal to ${least}`);
  if (most !== undefined && value.length > most) {
    throw invalid(value, name, `Member must have length less than or equal to ${most}`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
    throw invalid(value, name, `Member must satisfy regular expression pattern: ${pattern}`);
  }
  return value;
}

function invalid(value: string, name: string, constraint: string): Fault {
  const at = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  const shown = value === 'null' ? 'Value' : `Value '${value}'`;
  return new Fault(
    'ValidationError',
    400,
    `1 validation error detected: ${shown} at '${at}' failed to satisfy constraint: ${constraint}`,
  );
}
