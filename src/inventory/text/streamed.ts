import { scanJson } from '../../base/index.ts';
import { DEEPEST, type FileContent, fail } from './content.ts';
import type { Report } from './report.ts';
import { type ElementText, isUnreadable, type Unreadable } from './source.ts';
import { isUnique, tryJson } from './unique.ts';
import { isFields } from './values.ts';

/** Puts the pieces of a large JSON file together, each parsed alone, so that no string is ever as long as the file. */
export function assemble(file: string, pieces: Iterable<ElementText | Unreadable>, report: Report): FileContent {
  const roots: { value: unknown; readonly ambiguous: (readonly (string | number)[])[] }[] = [];
  const give = (code: string, message: string): FileContent => {
    report.add({ code, message, file });
    return fail(message);
  };
  for (const piece of pieces) {
    if (isUnreadable(piece)) return give(piece.unreadable, piece.message);
    const { document, path, text } = piece;
    const parsed = tryJson(text);
    const proven = parsed !== undefined && isUnique(text, parsed.value, DEEPEST);
    const scan = proven ? { duplicates: [] } : scanJson(text, DEEPEST);
    const at = path.join('.');
    if (scan.tooDeep !== undefined) return give('too-deep', `more than ${DEEPEST} levels of brackets (at ${at})`);
    if (parsed === undefined)
      return give('not-json', `not JSON: ${scan.error?.message ?? 'a character that JSON does not allow'} (at ${at})`);
    roots[document] ??= { value: undefined, ambiguous: [] };
    const root = roots[document];
    for (const duplicate of scan.duplicates) {
      const full = [...path, ...duplicate.path];
      report.add({
        code: 'duplicate-key',
        message: `the key ${JSON.stringify(duplicate.key)} stands twice (at ${full.join('.')})`,
        file,
      });
      root.ambiguous.push(full);
    }
    if (!place(root, ['value', ...path], parsed.value)) return give('duplicate-key', `a key stands twice (at ${at})`);
  }
  if (roots.length === 0) return give('empty-file', 'the file is empty');
  return { documents: roots.map(({ value, ambiguous }, i) => ({ file, value, path: roots.length > 1 ? [i] : [], ambiguous })) };
}

/** Sets a value at a path, making objects and lists on the way; false when there is one already (a key of a page stands twice). */
function place(root: { value: unknown }, path: readonly (string | number)[], value: unknown): boolean {
  let at: unknown = root;
  for (const [i, step] of path.entries()) {
    if ((!isFields(at) && !Array.isArray(at)) || Array.isArray(at) !== (typeof step === 'number')) return false;
    const known: unknown = Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined;
    const last = i === path.length - 1;
    if (last && known !== undefined) return false;
    const next: unknown = last ? value : (known ?? (typeof path[i + 1] === 'number' ? [] : {}));
    if (next !== known) Object.defineProperty(at, step, { value: next, enumerable: true, configurable: true, writable: true });
    at = next;
  }
  return true;
}
