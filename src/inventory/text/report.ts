import type { Problem } from '../model.ts';

/** Collects problems as files are read; the same problem of the same file is kept once. */
export interface Report {
  readonly add: (problem: Problem) => void;
  readonly all: () => readonly Problem[];
  /** Problems of one file. */
  readonly of: (file: string) => readonly Problem[];
}

/** An empty report. */
export function makeReport(): Report {
  const problems = new Map<string, Problem>();
  return {
    add: (problem) => {
      const key = `${problem.code}\n${problem.file}\n${problem.line ?? 0}:${problem.column ?? 0}\n${problem.message}`;
      if (!problems.has(key)) problems.set(key, Object.freeze(problem));
    },
    all: () => [...problems.values()],
    of: (file) => [...problems.values()].filter((problem) => problem.file === file),
  };
}
