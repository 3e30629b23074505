import { positionOf } from '../../base/index.ts';
import type { Failure } from './failure.ts';
import type { Report } from './report.ts';

/** One document of a file: the way to it, and what is wrong inside. */
export interface DocumentRef {
  readonly file: string;
  /** First steps of every origin in this document: its index where the file has several, else nothing. */
  readonly path: readonly (string | number)[];
  /** Paths of objects in which a key occurs twice; nobody can tell which of the two is meant. */
  readonly ambiguous: readonly (readonly (string | number)[])[];
}

/** The same with what it says. */
export interface FileDocument extends DocumentRef {
  readonly value: unknown;
}

/** What a file holds, or why it gives nothing. */
export type FileContent =
  | { readonly documents: readonly FileDocument[]; readonly failure?: undefined }
  | { readonly documents: readonly []; readonly failure: Failure };

/** Levels of brackets that are followed; IAM and Kubernetes documents have under twenty. */
export const DEEPEST = 200;

/** A file that gives nothing. */
export function fail(why: string, state: Failure['state'] = 'notCollected'): FileContent {
  return { documents: [], failure: { state, why } };
}

/** Reports a problem at an offset and gives nothing. */
export function failAt(report: Report, file: string, text: string, offset: number, code: string, message: string): FileContent {
  report.add({ code, message, file, ...positionOf(text, offset) });
  return fail(message);
}
