import { scanJson } from '../../base/index.ts';
import { DEEPEST, type FileContent, fail } from './content.ts';
import type { Report } from './report.ts';
import type { ElementText } from './source.ts';
import { isFields } from './values.ts';

/**
 * Puts the pieces of a large JSON file together, each parsed alone, so that no string is ever as long as the file.
 * The first step of a piece's path is its document's index where it is a number below an unbracketed root.
 */
export function assemble(file: string, pieces: Iterable<ElementText>, report: Report): FileContent {
  const root: { value: unknown } = { value: undefined };
  const ambiguous: (readonly (string | number)[])[] = [];
  for (const { path, text } of pieces) {
    const scan = scanJson(text, DEEPEST);
    if (scan.error !== undefined || scan.tooDeep !== undefined) {
      const code = scan.error === undefined ? 'too-deep' : scan.error.truncated ? 'truncated' : 'not-json';
      const message = `${scan.error?.message ?? 'too many levels of brackets'} (at ${path.join('.')})`;
      report.add({ code, message, file });
      return fail(message);
    }
    for (const duplicate of scan.duplicates) {
      const at = [...path, ...duplicate.path];
      report.add({
        code: 'duplicate-key',
        message: `the key ${JSON.stringify(duplicate.key)} stands twice (at ${at.join('.')})`,
        file,
      });
      ambiguous.push(at);
    }
    place(root, ['value', ...path], JSON.parse(text));
  }
  return { documents: [{ file, value: root.value, path: [], ambiguous }] };
}

/** Sets a value at a path, making objects and lists on the way. */
function place(root: { value: unknown }, path: readonly (string | number)[], value: unknown): void {
  let at: unknown = root;
  for (const [i, step] of path.entries()) {
    const last = i === path.length - 1;
    const fresh: unknown = last ? value : typeof path[i + 1] === 'number' ? [] : {};
    if (Array.isArray(at) && typeof step === 'number') {
      if (last || at[step] === undefined) at[step] = fresh;
      at = at[step];
    } else if (isFields(at)) {
      const key = String(step);
      if (last || !Object.hasOwn(at, key))
        Object.defineProperty(at, key, { value: fresh, enumerable: true, configurable: true, writable: true });
      at = at[key];
    }
  }
}
