import type { GrantsFile, Wish } from '../wish/types.ts';
import { findingsOf } from './issues.ts';
import type { FileProblem, Finding } from './problem.ts';
import { grantsFile } from './schema.ts';
import { parseGrantsText } from './text.ts';
import { understand } from './understand.ts';

/** A grants file that can be used, or everything that is wrong with it. */
export type GrantsReading =
  | { readonly file: GrantsFile; readonly problems: readonly FileProblem[]; readonly place: Place }
  | { readonly file?: undefined; readonly problems: readonly FileProblem[] };

/** Line and column (1-based) of the nearest thing around a path. */
export type Place = (path: Finding['path'], at?: 'key') => { readonly line: number; readonly column: number };

/**
 * Reads the text of a grants file (docs/grants.md). Never throws: what is wrong is a problem with line and column, in the
 * order of the file.
 *
 * @param name how the problems call the file
 */
export function readGrants(text: string, name: string): GrantsReading {
  const parsed = parseGrantsText(text);
  const elsewhere = (path: Finding['path']): string => {
    const { line, column } = parsed.place(path);
    return ` (${name}:${line}:${column})`;
  };
  const problem = ({
    path,
    at,
    severity,
    message,
    other,
    hint,
    offset,
  }: Finding & { readonly offset?: number }): FileProblem => ({
    severity: severity ?? 'error',
    message: other === undefined ? message : `${message}${elsewhere(other)}`,
    ...(hint === undefined ? {} : { hint }),
    file: name,
    ...(offset === undefined ? parsed.place(path, at) : parsed.placeOf(offset)),
  });
  const told = (findings: readonly Finding[]): readonly FileProblem[] =>
    findings.map(problem).sort((a, b) => a.line - b.line || a.column - b.column);
  if (parsed.findings.length > 0) return { problems: told(parsed.findings) };
  const shaped = grantsFile.safeParse(parsed.value);
  if (!shaped.success) return { problems: told(findingsOf(shaped.error.issues, parsed.value)) };
  const { file, findings } = understand(shaped.data);
  const problems = told(findings);
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  const grants = file.grants.map((wish): Wish => {
    if (wish.expires === undefined) return wish;
    const { line, column } = parsed.place([...wish.path, 'expires']);
    return { ...wish, expiresPlace: `${name}:${line}:${column}` };
  });
  return { file: { ...file, grants }, problems, place: parsed.place };
}
