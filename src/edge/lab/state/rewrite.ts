import { readAnswers } from '../../../inventory/index.ts';
import type { FileDoc } from './documents.ts';

/**
 * A kept file with each of its answers changed; undefined where none is. Of a file in which something was wrong (a key that
 * stands twice, text between the answers) a copy would say more than it did: such a file gives no evidence from then on.
 *
 * @param change gives back the answer itself where nothing of it changes
 */
export function rewritten(file: FileDoc, change: (answer: unknown) => unknown): FileDoc | undefined {
  const { pages, sound } = readAnswers({ path: file.path, size: file.text.length, text: () => file.text });
  const changed = pages.map(change);
  if (changed.every((answer, index) => answer === pages[index])) return undefined;
  const text = sound ? changed.map((answer) => `${JSON.stringify(answer)}\n`).join('') : CHANGED_SINCE;
  return { ...file, text };
}

/** As the aws CLI words an error, which every reader of an inventory takes for a file without evidence. */
const CHANGED_SINCE =
  'An error occurred (ChangedSince) when calling the lab operation: a user or role that this file names was renamed or deleted, and the file is not whole.\n';
