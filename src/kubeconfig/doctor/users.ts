import { readTokenCommand, type TokenCommand } from '../exec.ts';
import { type KubeUser, readUser } from '../read.ts';
import type { TextPath } from '../text/edit.ts';
import { isJsonMap, type JsonMap } from '../text/json.ts';
import { entriesOf, textOf } from '../view.ts';
import type { Patient } from './finding.ts';

/** A user entry that runs a command. */
export interface ExecUser {
  readonly name: string;
  readonly file: string;
  /** Path of its exec section. */
  readonly path: TextPath;
  readonly exec: JsonMap;
  readonly command: Extract<KubeUser, { kind: 'exec' }>;
  /** What it makes tokens for, where it does. */
  readonly token: TokenCommand | { readonly error: string };
  /** Names of the contexts that use it. */
  readonly contexts: readonly string[];
}

/** The user entries of all files that run a command. */
export function execUsers({ files }: Patient): readonly ExecUser[] {
  return files.flatMap(({ file, value }) =>
    entriesOf(value, 'users').flatMap(({ name, index, body }): ExecUser[] => {
      const command = readUser(body);
      if (command.kind !== 'exec' || !isJsonMap(body.exec)) return [];
      return [
        {
          name,
          file,
          path: ['users', index, 'user', 'exec'],
          exec: body.exec,
          command,
          token: readTokenCommand(command),
          contexts: contextsOf(files, name),
        },
      ];
    }),
  );
}

function contextsOf(files: Patient['files'], user: string): readonly string[] {
  return files.flatMap(({ value }) =>
    entriesOf(value, 'contexts').flatMap(({ name, body }) => (textOf(body.user) === user ? [name] : [])),
  );
}
