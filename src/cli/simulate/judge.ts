import { nearest } from '../../base/index.ts';
import { messageOf } from '../error.ts';
import { meets } from './expected.ts';
import { FIELDS, judges, KINDS, type Kind } from './kinds.ts';
import type { Line } from './lines.ts';
import { parseLine } from './parse.ts';

/** What `simulate` prints for a line. */
export type Outcome =
  | {
      readonly id: string | number | null;
      /** Text, or for a mapping result, username, groups and by. */
      readonly decision: unknown;
      readonly reason: string;
      readonly pass?: boolean;
      readonly [more: string]: unknown;
    }
  | { readonly id: string | number | null; readonly error: LineError; readonly fault?: true };

/** Why a line could not be judged, and where. */
export interface LineError {
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** Judges one line; never throws for what the line holds. */
export async function judgeLine(line: Line, file: string): Promise<Outcome> {
  const wrong = (id: string | number | null, message: string, column?: number): Outcome => ({
    id,
    error: { message, file, line: line.number, ...(column === undefined ? {} : { column }) },
  });
  if ('wrong' in line) return wrong(null, line.wrong, line.column);
  const parsed = parseLine(line.text);
  if ('wrong' in parsed) return wrong(null, parsed.wrong, parsed.column);
  const { value } = parsed;
  const id = typeof value.id === 'string' || typeof value.id === 'number' ? value.id : null;
  const kind = value.kind ?? 'iam';
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) {
    const near = typeof kind === 'string' ? nearest(kind, KINDS) : [];
    const hint = near.length > 0 ? `, did you mean ${near.join(' or ')}?` : ` (it is one of ${KINDS.join(', ')})`;
    return wrong(id, `unknown kind ${JSON.stringify(kind)}${hint}`);
  }
  const typo = misspelt(value, known);
  if (typo !== undefined) return wrong(id, typo);
  try {
    const judge = await judges[known]();
    const outcome = judge(value);
    return { id, ...outcome, ...('expected' in value ? { pass: meets(known, value, outcome) } : {}) };
  } catch (error) {
    if (isFault(error))
      return { ...wrong(id, `this line made causeway fail, which is a fault in causeway: ${messageOf(error)}`), fault: true };
    return wrong(id, messageOf(error));
  }
}

/** What every kind of line may hold beside its own fields. */
const COMMON = new Set(['id', 'kind', 'area', 'name', 'expected', 'layer', 'why', 'source']);

/** Other fields may be notes of the reader's own, but not one that looks like a field which is missing. */
function misspelt(line: Readonly<Record<string, unknown>>, kind: Kind): string | undefined {
  const missing = (FIELDS[kind] ?? []).filter((field) => !Object.hasOwn(line, field));
  for (const field of Object.keys(line)) {
    if (COMMON.has(field) || FIELDS[kind]?.includes(field)) continue;
    const [near] = nearest(field, missing);
    if (near !== undefined) return `unknown field "${field}", did you mean ${near}?`;
  }
  return undefined;
}

/** The simulators throw a plain Error for a line of the wrong form; what the language itself throws is our own mistake. */
function isFault(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError || error instanceof SyntaxError
  );
}
