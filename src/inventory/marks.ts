import type { Failure } from './text/failure.ts';
import { parseSource } from './text/parse.ts';
import { each, rootOf, under } from './text/place.ts';
import type { Report } from './text/report.ts';
import type { Source } from './text/source.ts';
import { asText, isFields } from './text/values.ts';

/** What `inventory.json` says about the collection: which parts are complete, which were refused. */
export interface Marks {
  /** Whether a path, or `path#part`, was collected completely. */
  readonly isComplete: (path: string, part?: string) => boolean;
  /** The refusal that covers a path (itself or a folder above), or a part of it. */
  readonly refusal: (path: string, part?: string) => Failure | undefined;
}

/**
 * Reads `inventory.json`, and those of single accounts (evidence that their owners sent): what is said of an account of its own
 * is all that counts there. Without any nothing is marked.
 */
export function readMarks(source: Source | undefined, ofAccounts: ReadonlyMap<string, Source>, report: Report): Marks {
  const above = marksIn(source, report);
  const own = new Map([...ofAccounts].map(([account, one]) => [account, marksIn(one, report)]));
  const of = (path: string): Marks => own.get(/^accounts\/(\d{12})(?:\/|$)/.exec(path)?.[1] ?? '') ?? above;
  return {
    isComplete: (path, part) => of(path).isComplete(path, part),
    refusal: (path, part) => of(path).refusal(path, part),
  };
}

function marksIn(source: Source | undefined, report: Report): Marks {
  const complete = new Set<string>();
  let everything = false;
  const refused = new Map<string, Failure>();
  const content = source === undefined ? undefined : parseSource(source, report);
  for (const document of content?.documents ?? []) {
    const root = rootOf(document);
    const version = isFields(root.value) ? (root.value.version ?? 1) : undefined;
    if (version !== 1) {
      const message = `inventory.json of version 1 is expected, this says ${JSON.stringify(version) ?? 'nothing'}; its marks are not used`;
      report.add({ code: 'wrong-kind', message, file: document.file });
      continue;
    }
    for (const { value } of each(under(root, 'complete'))) if (typeof value === 'string') complete.add(value);
    if (under(root, 'complete').value === true) everything = true;
    for (const { value } of each(under(root, 'refused'))) {
      const path = isFields(value) ? (asText(value.path) ?? asText(value.file)) : undefined;
      if (!isFields(value) || path === undefined) continue;
      const part = asText(value.part);
      const error = asText(value.message) ?? asText(value.error) ?? 'no reason is given';
      const failure: Failure =
        value.state === 'notCollected'
          ? { state: 'notCollected', why: `not collected: ${error}` }
          : { state: 'refused', why: `refused: ${error}` };
      refused.set(part === undefined ? path : `${path}#${part}`, failure);
    }
  }
  const upward = (path: string): readonly string[] => {
    const steps = path.split('/');
    return steps.map((_, i) => steps.slice(0, steps.length - i).join('/'));
  };
  return {
    isComplete: (path, part) =>
      everything || upward(path).some((above) => complete.has(above)) || (part !== undefined && complete.has(`${path}#${part}`)),
    refusal: (path, part) => {
      const own = part === undefined ? undefined : refused.get(`${path}#${part}`);
      if (own !== undefined) return own;
      for (const above of upward(path)) {
        const failure = refused.get(above);
        if (failure !== undefined) return failure;
      }
      return undefined;
    },
  };
}
