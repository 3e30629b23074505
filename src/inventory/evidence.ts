import { parseArn } from '../rules/arn/index.ts';
import { isFields } from './text/values.ts';

/** What the owner of an account sent about it. */
export interface Evidence {
  readonly account: string;
  /** When and as whom it was read, as its `inventory.json` says. */
  readonly collectedAt?: string;
  readonly as?: string;
  /** Files of an inventory folder, all below `accounts/ID/`. */
  readonly files: readonly EvidenceFile[];
}

/** One file in it. */
export interface EvidenceFile {
  readonly path: string;
  readonly text: string;
}

const FIRST = 'causeway evidence 1';
const HEAD = /^=== (\S+)$/;

/**
 * Puts files of one account into one text: a first line, then before each file `=== PATH`. Plain commands of a shell can write
 * it as well, since no answer of aws or kubectl has such a line.
 */
export function writeEvidence(account: string, files: readonly EvidenceFile[]): string {
  const parts = files.map(({ path, text }) => {
    const place = path === 'inventory.json' ? `accounts/${account}/inventory.json` : path;
    return `=== ${place}\n${text.endsWith('\n') ? text : `${text}\n`}`;
  });
  return `${FIRST}\n${parts.join('')}`;
}

/** Reads such a text. It speaks of one account and of nothing else; whatever else is in it makes it an error. */
export function readEvidence(text: string): Evidence | { readonly error: string } {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines[0]?.trimEnd() !== FIRST) return { error: `its first line is not "${FIRST}"` };
  const files: { readonly path: string; readonly lines: string[] }[] = [];
  for (const [index, line] of lines.slice(1).entries()) {
    const path = HEAD.exec(line)?.[1];
    if (path === undefined) {
      const last = files.at(-1);
      if (last !== undefined) last.lines.push(line);
      else if (line.trim() !== '') return { error: `line ${index + 2} stands before the first "=== PATH"` };
      continue;
    }
    if (!isBelowAccount(path)) return { error: `line ${index + 2}: ${path} is no file of an account` };
    if (files.some((file) => file.path === path)) return { error: `line ${index + 2}: ${path} is there twice` };
    files.push({ path, lines: [] });
  }
  const accounts = new Set(files.map(({ path }) => path.split('/')[1] ?? ''));
  const [account, ...others] = accounts;
  if (account === undefined) return { error: 'nothing is in it' };
  if (others.length > 0) return { error: `it speaks of several accounts: ${[account, ...others].join(', ')}` };
  const whole = files.map(({ path, lines: own }) => ({ path, text: own.join('\n') }));
  const about = aboutOf(whole.find(({ path }) => path === `accounts/${account}/inventory.json`)?.text);
  const by = about.as === undefined ? undefined : parseArn(about.as)?.account;
  if (about.as !== undefined && by !== account)
    return { error: `it is about account ${account} and was collected as ${about.as}, of another account` };
  return { account, ...about, files: whole };
}

function isBelowAccount(path: string): boolean {
  const steps = path.split('/');
  return /^accounts\/\d{12}\/./.test(path) && steps.every((step) => step !== '' && step !== '.' && step !== '..');
}

function aboutOf(text: string | undefined): { readonly collectedAt?: string; readonly as?: string } {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return {};
  }
  if (!isFields(value)) return {};
  const { collectedAt, as } = value;
  const first: unknown = Array.isArray(as) ? as[0] : as;
  return {
    ...(typeof collectedAt === 'string' && !Number.isNaN(Date.parse(collectedAt)) ? { collectedAt } : {}),
    ...(typeof first === 'string' && first !== '' ? { as: first } : {}),
  };
}
