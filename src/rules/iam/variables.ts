import { type Gap, type Glob, globOf, isLiteral, literalOf, STAR } from '../../base/index.ts';
import { type Context, OPEN } from './types.ts';

/** `${key}` or `${key, 'default'}`. */
export interface Variable {
  readonly key: string;
  readonly lower: string;
  readonly fallback?: string;
}

/** A policy text with its variables; `settled` is the pattern when there are none. */
export interface Template {
  readonly parts: readonly (Glob | Variable)[];
  readonly settled: Glob | undefined;
}

/** Some variable has no value: the policy value matches nothing. */
export const NO_VALUE: unique symbol = Symbol('no value');

/** A template with values put in, as far as they are known. */
export type Resolved =
  | typeof NO_VALUE
  | {
      readonly glob: Glob;
      /** Read differently if wildcards in substituted values counted, which AWS does not document. */
      readonly doubtful?: Glob;
    }
  | { readonly waitsFor: Variable; readonly gap?: Gap; readonly parts: readonly (Glob | Variable)[] };

const VARIABLE = /^([^\s${},']+)(?:, '([^']*)')?$/;

/**
 * Reads policy variables and the escapes `${*}` `${?}` `${$}`; undefined when a `${` is not closed or not a variable.
 * With `variables` false (policy Version 2008-10-17 or none, or an operator that takes none) the text stays as it is.
 * (IAM guide: reference_policies_variables.)
 */
export function readTemplate(text: string, variables: boolean, wildcards: boolean): Template | undefined {
  const plain = wildcards ? globOf : literalOf;
  if (!variables || !text.includes('${')) return settle(plain(text));
  const parts: (Glob | Variable)[] = [];
  let glob: number[] = [];
  let rest = text;
  for (;;) {
    const open = rest.indexOf('${');
    glob.push(...plain(open < 0 ? rest : rest.slice(0, open)));
    if (open < 0) break;
    const close = rest.indexOf('}', open);
    if (close < 0) return undefined;
    const name = rest.slice(open + 2, close);
    if (name === '*' || name === '?' || name === '$') {
      glob.push(...literalOf(name));
    } else {
      const match = VARIABLE.exec(name);
      if (match?.[1] === undefined) return undefined;
      parts.push(glob);
      glob = [];
      parts.push({
        key: match[1],
        lower: match[1].toLowerCase(),
        ...(match[2] === undefined ? {} : { fallback: match[2] }),
      });
    }
    rest = rest.slice(close + 1);
  }
  if (parts.length === 0) return settle(glob);
  parts.push(glob);
  return { parts, settled: undefined };
}

function settle(glob: Glob): Template {
  return { parts: [glob], settled: glob };
}

/** Whether a part of a template is a variable. */
export function isVariable(part: Glob | Variable): part is Variable {
  return 'key' in part;
}

/** Puts values in. A multivalued key gives no value, because variables take single-valued keys only. */
export function resolveTemplate(template: Template, context: Context): Resolved {
  if (template.settled !== undefined) return { glob: template.settled };
  const parts: (Glob | Variable)[] = [];
  let waitsFor: Variable | undefined;
  let gap: Gap | undefined;
  let doubtful = false;
  for (const part of template.parts) {
    if (!isVariable(part)) {
      parts.push(part);
      continue;
    }
    const value = context(part.lower);
    const text = typeof value === 'string' ? value : part.fallback;
    if (typeof value === 'string') doubtful ||= /[*?]/.test(value);
    if (value === OPEN || isGap(value)) {
      waitsFor ??= part;
      if (isGap(value)) gap ??= value;
      parts.push(part);
    } else if (text === undefined || Array.isArray(value)) {
      return NO_VALUE;
    } else {
      parts.push(literalOf(text));
    }
  }
  if (waitsFor !== undefined) return { waitsFor, parts, ...(gap === undefined ? {} : { gap }) };
  const glob = (parts as Glob[]).flat();
  if (!doubtful) return { glob };
  return { glob, doubtful: glob.map((token) => (token === 42 || token === 63 ? STAR : token)) };
}

/** Whether a context value is missing evidence. */
export function isGap(value: unknown): value is Gap {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'gap';
}

/** Writes a template (or what is left of one) as a text that `readTemplate` reads back with variables on. */
export function templateText(parts: readonly (Glob | Variable)[], wildcards: boolean): string {
  return parts.map((part) => (isVariable(part) ? variableText(part) : patternText(part, wildcards))).join('');
}

function variableText({ key, fallback }: Variable): string {
  return fallback === undefined ? `\${${key}}` : `\${${key}, '${fallback}'}`;
}

function patternText(glob: Glob, wildcards: boolean): string {
  let out = '';
  for (const [i, token] of glob.entries()) {
    if (token === STAR) out += '*';
    else if (token < 0) out += '?';
    else if (wildcards && (token === 42 || token === 63)) out += `\${${String.fromCharCode(token)}}`;
    else if (token === 36 && glob[i + 1] === 123) out += '${$}';
    else out += String.fromCharCode(token);
  }
  return out;
}

/** More than one value of the variable fits. */
export const SEVERAL: unique symbol = Symbol('several');

/**
 * The one text that a variable must have so that the template is exactly `wanted`; undefined when there is none, `SEVERAL`
 * when wildcards or a second variable may leave more than one.
 */
export function solveFor(parts: readonly (Glob | Variable)[], wanted: string): string | undefined | typeof SEVERAL {
  const variables = parts.filter(isVariable);
  const globs = parts.filter((part): part is Glob => !isVariable(part));
  if (variables.length !== 1 || !globs.every(isLiteral)) return SEVERAL;
  const at = parts.findIndex(isVariable);
  const text = (from: readonly (Glob | Variable)[]) => String.fromCharCode(...(from as Glob[]).flat());
  const before = text(parts.slice(0, at));
  const after = text(parts.slice(at + 1));
  if (wanted.length < before.length + after.length || !wanted.startsWith(before) || !wanted.endsWith(after)) return undefined;
  return wanted.slice(before.length, wanted.length - after.length);
}
