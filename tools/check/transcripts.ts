import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { run } from './run.ts';

/** One command of a transcript, as it was typed and as it ended. */
export interface Step {
  readonly command: string;
  readonly code: number;
}

/** Runs the commands of a fenced block again. */
export interface Shell {
  /** The block as it should stand, and its commands; undefined when it has a command that is not ours (aws, kubectl). */
  readonly replay: (block: string) => Promise<{ readonly text: string; readonly steps: readonly Step[] } | undefined>;
  readonly close: () => Promise<void>;
}

/**
 * A shell in which `causeway` is the bundle, run from the root of the repository, with nothing of the user's own: an
 * empty home, no AWS_* and KUBECONFIG, no colours, 80 columns, UTC.
 */
export async function openShell(): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-docs-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  await bundle(join(folder, 'lib')).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const env = {
    HOME: folder,
    NO_COLOR: '1',
    COLUMNS: '80',
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    LANG: 'C.UTF-8',
    CAUSEWAY_INVENTORY: '',
  };
  const setup = [
    'for name in $(compgen -e); do case $name in AWS_*|KUBE*|CAUSEWAY_*|FORCE_COLOR|CI|XDG_*) unset "$name";; esac; done',
    `causeway() { '${process.execPath}' '${join(folder, 'lib', 'causeway.js')}' "$@"; }`,
    'exec 2>&1',
  ].join('\n');

  const replay: Shell['replay'] = async (block) => {
    const commands = commandsOf(block);
    if (commands === undefined) return undefined;
    const steps: Step[] = [];
    let text = '';
    let code = 0;
    for (const typed of commands) {
      const script = typed.replaceAll('npm run -s causeway --', 'causeway');
      const ran = await run('bash', ['-c', `${setup}\n(exit ${code})\n${script}`], { env });
      code = typed === 'echo $?' ? 0 : ran.code;
      if (typed !== 'echo $?') steps.push({ command: typed, code });
      const output = `${ran.stdout}${ran.stderr}`.replaceAll(/[ \t]+$/gm, '').trimEnd();
      text += `$ ${typed}\n${output === '' ? '' : `${output}\n`}`;
    }
    return { text, steps };
  };
  return { replay, close };
}

/** The commands after `$ ` with their continued lines, or undefined when one of them is not causeway's. */
function commandsOf(block: string): string[] | undefined {
  const commands: string[] = [];
  const lines = block.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (!line.startsWith('$ ')) continue;
    let command = line.slice(2);
    while (command.endsWith('\\') && i + 1 < lines.length) command += `\n${lines[++i]}`;
    commands.push(command);
  }
  const ours =
    /^(?:[A-Z_]+=\S+ )*(?:causeway|npm run -s causeway --)(?: |$)|^echo \$\?$|^(?:cat|printf|echo) [^;&]*\| *causeway /;
  return commands.length > 0 && commands.every((command) => ours.test(command)) ? commands : undefined;
}

/** Where two texts part, as lines with `-` (what stands) and `+` (what should). */
export function difference(stands: string, should: string): string {
  const left = stands.split('\n');
  const right = should.split('\n');
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < left.length - head && tail < right.length - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++;
  return [
    ...left.slice(Math.max(0, head - 2), head).map((line) => `  ${line}`),
    ...left.slice(head, left.length - tail).map((line) => `- ${line}`),
    ...right.slice(head, right.length - tail).map((line) => `+ ${line}`),
  ].join('\n');
}
