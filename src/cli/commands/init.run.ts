import { writeFileSync } from 'node:fs';
import { disk, isWrittenInto, putFile } from '../../edge/files/index.ts';
import { firstFile, readGrants } from '../../grants/index.ts';
import type { Context } from '../context.ts';
import { guarded, labelled } from '../error.ts';
import { EXIT, failed, usage } from '../exit.ts';
import { absolute, readTextIfThere } from '../files.ts';
import { answersFor } from '../grants/init-answers.ts';
import { terminalPrompts } from '../grants/prompts.ts';
import type { InitFlags } from './init.ts';

/** Asks what the flags do not say, and writes the file where there is none. */
export async function run(this: Context, flags: InitFlags, name = 'causeway.yaml'): Promise<void> {
  await guarded(this, async () => {
    const { io } = this;
    const path = name === '-' ? undefined : absolute(name, io);
    const isStream = path !== undefined && isWrittenInto(path);
    if (path !== undefined && !isStream && readTextIfThere(path) !== undefined) {
      throw usage(
        `${name} is there already, and is not written over`,
        'causeway init FILE writes another one; causeway plan reads it',
      );
    }
    const answers = await answersFor(flags, await terminalPrompts(io));
    const text = firstFile(answers);
    const { problems } = readGrants(text, name);
    const [problem] = problems;
    if (problem !== undefined) throw usage(problem.message, ...(problem.hint === undefined ? [] : [problem.hint]));
    if (path === undefined) {
      io.stdout.write(text);
      return EXIT.yes;
    }
    write(path, name, text, isStream);
    // What is no file may be where the text itself goes to be read.
    if (isStream) return EXIT.yes;
    io.stdout.write(`${name} is written.\n`);
    io.stderr.write(labelled('hint', `causeway plan ${name} --inventory DIR says what it would change`));
    return EXIT.yes;
  });
}

/** `wx`: somebody may have made the file since it was looked for. */
function write(path: string, name: string, text: string, isStream: boolean): void {
  try {
    if (isStream) putFile(path, text, disk, process.pid);
    else writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST') throw usage(`${name} is there already, and is not written over`);
    throw failed(`${name} cannot be written (${code})`);
  }
}
