import { causewayWords, isRunner, programOf } from '../exec.ts';
import type { TextEdit } from '../text/edit.ts';
import type { Finding, Patient } from './finding.ts';
import { type ExecUser, execUsers } from './users.ts';

const KNOWN = new Set(['aws', 'aws-iam-authenticator', 'heptio-authenticator-aws']);

/** Commands that are not there, that depend on where they are called from, or that make no token. */
export function findCommands(patient: Patient): readonly Finding[] {
  const { world } = patient;
  return execUsers(patient).flatMap((user): Finding[] => {
    const { name, file, path, command, token, contexts } = user;
    const at = { file, path: [...path, 'command'], contexts };
    const words = causewayWords(command);
    const repair = words === undefined || world.program === undefined ? {} : { repair: toProgram(user, world.program, words) };
    if ('error' in token && (KNOWN.has(programOf(command.command)) || words !== undefined)) {
      const advice = 'the words are causeway token, aws eks get-token or aws-iam-authenticator token';
      return [{ ...at, id: 'no-token-command', severity: 'error', text: `user ${name}: ${token.error}`, advice }];
    }
    if (isRunner(command.command) && words !== undefined) {
      const text = `user ${name} starts causeway through ${programOf(command.command)}, which costs half a second and may ask the network at every kubectl`;
      const advice = 'install causeway, and write its path as the command';
      return [{ ...at, id: 'command-npx', severity: 'warning', text, advice, ...repair }];
    }
    if (!world.isThere(command.command, file)) {
      const text = `user ${name} runs ${command.command}, which is not ${command.command.includes('/') ? 'there' : 'on the PATH'}`;
      return [{ ...at, id: 'command-missing', severity: 'error', text, advice: 'install it, or correct the path', ...repair }];
    }
    if (/[\\/]/.test(command.command) && !/^(?:\/|[A-Za-z]:[\\/])/.test(command.command)) {
      const text = `user ${name} runs ${command.command}, which is looked for beside the kubeconfig, wherever that is copied to`;
      return [{ ...at, id: 'command-relative', severity: 'warning', text, advice: 'write the whole path', ...repair }];
    }
    return [];
  });
}

function toProgram({ path, command }: ExecUser, program: string, words: readonly string[]): readonly TextEdit[] {
  const set: TextEdit = { kind: 'set', path: [...path, 'command'], value: program };
  const extra = command.args.length - words.length;
  // What stood before causeway's own words goes, the last first.
  return [
    set,
    ...Array.from({ length: extra }, (_, i): TextEdit => ({ kind: 'remove', path: [...path, 'args', extra - 1 - i] })),
  ];
}
