import { locate } from '../../base/index.ts';
import type { KubeconfigText } from '../read.ts';
import { editText, type TextEdit } from '../text/edit.ts';
import { openText } from '../text/open.ts';
import type { FileValue } from '../view.ts';
import { findCommands } from './command.ts';
import { findDead, findShared } from './contexts.ts';
import type { DoctorWorld, Finding, Patient } from './finding.ts';
import { findLogins } from './login.ts';
import { findVersions } from './version.ts';

const RULES = [findVersions, findCommands, findLogins, findShared, findDead];

/** A finding with its line. */
export type PlacedFinding = Finding & { readonly line?: number; readonly column?: number };

/** What is wrong with kubeconfig files that kubectl reads as one; in the order of the files and their lines. */
export function diagnose(texts: readonly KubeconfigText[], world: DoctorWorld): readonly PlacedFinding[] {
  const files: FileValue[] = [];
  const unreadable: PlacedFinding[] = [];
  for (const { file, text } of texts) {
    const opened = openText(text);
    if (!('error' in opened)) files.push({ file, value: opened.value });
    else {
      const { error, ...place } = opened;
      const advice = 'repair it by hand: nothing in it is looked at or changed until it can be read';
      unreadable.push({ id: 'unreadable-file', severity: 'error', text: error, advice, file, path: [], contexts: [], ...place });
    }
  }
  const patient: Patient = { files, texts, world, complete: unreadable.length === 0 };
  const found = RULES.flatMap((rule) => rule(patient)).map((finding): PlacedFinding => {
    const text = texts.find((each) => each.file === finding.file)?.text ?? '';
    return { ...finding, ...firstPlace(text, finding.path) };
  });
  const order = (file: string): number => texts.findIndex((each) => each.file === file);
  return [...unreadable, ...found].sort((a, b) => order(a.file) - order(b.file) || (a.line ?? 0) - (b.line ?? 0));
}

/** The place of a path, or of the nearest thing around it that is written down. */
function firstPlace(text: string, path: Finding['path']): { readonly line?: number; readonly column?: number } {
  for (let length = path.length; length >= 0; length--) {
    const found = locate(text, { path: path.slice(0, length) });
    if (found !== undefined) return found;
  }
  return {};
}

/** A text before and after its repair. */
export interface Repair {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A file that a repair cannot be written into; positions are 1-based. */
export interface RepairRefusal {
  readonly file: string;
  readonly error: string;
  readonly line?: number;
}

/** The texts with everything repaired that can be. A file that cannot be edited comes back as a refusal, as it is. */
export function repair(texts: readonly KubeconfigText[], findings: readonly Finding[]): readonly (Repair | RepairRefusal)[] {
  return texts.flatMap(({ file, text }): (Repair | RepairRefusal)[] => {
    const edits = findings.flatMap((finding) => (finding.file === file ? (finding.repair ?? []) : []));
    if (edits.length === 0) return [];
    const edited = editText(text, inOrder(edits));
    if ('error' in edited) return [{ file, ...edited }];
    return edited.text === text ? [] : [{ file, before: text, after: edited.text }];
  });
}

/** What sets comes first; then what is taken out, the last of a list first, so that no index moves. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  const last = (edit: TextEdit): number => Number(edit.path.at(-1));
  return [
    ...edits.filter((edit) => edit.kind !== 'remove'),
    ...edits.filter((edit) => edit.kind === 'remove').sort((a, b) => last(b) - last(a)),
  ];
}
