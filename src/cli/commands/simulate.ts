import { buildCommand } from '@stricli/core';
import type { Context } from '../context.ts';
import { word } from '../word.ts';

/** `causeway simulate`: what it takes; what it does is loaded when it is called. */
export const simulate = buildCommand<Record<never, never>, string[], Context>({
  loader: async () => (await import('./simulate.run.ts')).run,
  parameters: {
    flags: {},
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { brief: 'Files of one JSON object a line; - is standard input', placeholder: 'FILE.jsonl', parse: word },
    },
  },
  docs: {
    brief: 'Judges one hop alone, a case a line (for tests and comparisons)',
    fullDescription: [
      'Judges one hop alone for every line of the files, and prints one JSON object',
      'a line: id, decision and reason, with layer (iam) or missing (escalation).',
      'The kind of a line says which hop: iam (also where there is none), rbac,',
      'escalation, mapping or accessPolicy. Where a line says what is expected, pass',
      'is added. docs/simulate.md describes the fields.',
      '',
      'Exit codes: 0 all as expected; 1 a line differs; 2 a line or a file could not',
      'be read; 4 could not be done.',
      '',
      'EXAMPLES',
      '  causeway simulate test/cases/iam.jsonl',
      '  causeway simulate - < cases.jsonl | grep \'"pass":false\'',
    ].join('\n'),
  },
});
