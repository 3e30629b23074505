import { readAnswers, type Source } from '../../../inventory/index.ts';
import type { FileDoc } from '../state/documents.ts';
import type { Change } from '../state/store.ts';

/** Every answer in some files, one after another. */
export function pagesOf(sources: readonly Source[]): readonly unknown[] {
  return sources.flatMap((source) => readAnswers(source).pages);
}

/** A file kept as it is. Of one that could not be read, the state keeps the refusal, or that it gives nothing. */
function keptFile(source: Source): FileDoc {
  const text = source.text();
  if (typeof text === 'string') return { path: source.path, text };
  const refused = text.unreadable === 'refused';
  return { path: source.path, text: refused ? `An error occurred (AccessDenied): ${text.message}` : '' };
}

/** Files kept as they are, as the changes that put them into a scope. */
export function keptFiles(scope: string, sources: readonly Source[]): readonly Change[] {
  return sources.map(keptFile).map((document) => ({ scope, kind: 'file', name: document.path, document }));
}

/** Two parts of the model as texts that are equal when they say the same; where something stands does not count. */
export function comparable(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'origin' ? undefined : inner));
}
