import { parseFormat } from './output/format.ts';
import { word } from './word.ts';

/** A flag with a text that may be left out. */
export const textFlag = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: word, brief, placeholder, optional: true }) as const;

/** The same, as often as one likes. */
export const textsFlag = (brief: string, placeholder: string) => ({ ...textFlag(brief, placeholder), variadic: true }) as const;

/** A flag that is there or not. */
export const switchFlag = (brief: string) => ({ kind: 'boolean', brief, optional: true, withNegated: false }) as const;

/** How accounts are entered. */
export const credentialsFlag = textsFlag('ALIAS=profile:NAME or ALIAS=role:ARN; repeatable', 'ENTRY');

/** What stands for accounts that nobody has credentials for. */
export const evidenceFlag = textsFlag('What the owner of an account sent; repeatable', 'FILE');

/** Region of STS, for commands that ask AWS. */
export const regionFlag = textFlag('Where STS is asked (else as the AWS CLI)', 'R');

/** A yes beforehand, for commands that write. */
export const yesFlag = switchFlag('Do not ask');

/** A yes to what the guard against lock-outs refuses: for each cluster, by its name in the file or its ARN. */
export const lockOutFlag = textsFlag('Lock somebody out of there; repeatable', 'CLUSTER');

/** `-o` of commands that answer. */
export const formatFlag = {
  kind: 'parsed',
  parse: parseFormat,
  brief: 'text (else), json or yaml',
  placeholder: 'FORMAT',
  optional: true,
} as const;

/** `-o` of commands that write: text, or a line of JSON for each thing that happens. */
export const linesFlag = {
  kind: 'parsed',
  parse: parseLines,
  brief: 'text (else), or json: a line each',
  placeholder: 'FORMAT',
  optional: true,
} as const;

/** The grants file as the only argument. */
export const grantsFileArgument = {
  kind: 'tuple',
  parameters: [{ brief: 'Grants file (else causeway.yaml)', placeholder: 'FILE', parse: word, optional: true }],
} as const;

function parseLines(text: string): 'text' | 'json' {
  if (text === 'text' || text === 'json') return text;
  throw new Error(`"${text}" is neither text nor json`);
}
