import { failed, wrong } from './error.ts';
import { checkedKeys } from './plan.ts';
import type { SdkCredentials, Surroundings } from './types.ts';

/**
 * Runs a `credential_process` and reads its answer (SDK and tools reference guide, "Process credential provider"). The
 * words are split as a shell splits them, without a shell; its stderr is the user's, its stdout is never shown.
 */
export async function runProcess(command: string, where: string, around: Surroundings): Promise<SdkCredentials> {
  const words = splitWords(command);
  const [program, ...args] = words ?? [];
  if (program === undefined) throw wrong(`${where} is empty or has a quote that is not closed`);
  const ran = await capture(program, args, around);
  if ('error' in ran) throw failed(`${where}: ${program} could not be run (${ran.error})`);
  if (ran.code !== 0) throw failed(`${where}: ${program} ended with exit code ${ran.code}`, 'what it printed above says why');
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(ran.stdout) as Record<string, unknown>;
  } catch {
    throw failed(`${where}: what ${program} printed is not JSON`);
  }
  const field = (key: string): string => (typeof answer?.[key] === 'string' ? answer[key] : '');
  if (answer?.['Version'] !== 1) throw failed(`${where}: ${program} answers in a Version that is not 1`);
  if (field('AccessKeyId') === '' || field('SecretAccessKey') === '')
    throw failed(`${where}: the answer of ${program} has no AccessKeyId or no SecretAccessKey`);
  const keys = checkedKeys(field('AccessKeyId'), field('SecretAccessKey'), field('SessionToken') || undefined, where);
  if (field('Expiration') === '') return keys;
  const expiration = new Date(field('Expiration'));
  if (Number.isNaN(expiration.getTime())) throw failed(`${where}: the Expiration that ${program} gives is no date`);
  if (expiration <= around.now())
    throw failed(`${where}: ${program} gives credentials that expired at ${expiration.toISOString()}`);
  return { ...keys, expiration };
}

async function capture(
  program: string,
  args: readonly string[],
  { env, cwd }: Surroundings,
): Promise<{ readonly code: number; readonly stdout: string } | { readonly error: string }> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    // stdin is the caller's own input, such as a kubectl pipe, and none of the process's business.
    const child = spawn(program, [...args], { env: { ...env }, cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > 1 << 20) child.kill();
    });
    child.on('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? 'unknown error' }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout }));
  });
}

/** Words as a POSIX shell splits them: blanks, both quotes, backslashes. Undefined when a quote is not closed. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'" || character === '"') {
      word ??= '';
      for (i++; text.charAt(i) !== character; i++) {
        if (i >= text.length) return undefined;
        if (character === '"' && text.charAt(i) === '\\' && /["\\]/.test(text.charAt(i + 1))) i++;
        word += text.charAt(i);
      }
    } else {
      word = (word ?? '') + (character === '\\' ? text.charAt(++i) : character);
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
