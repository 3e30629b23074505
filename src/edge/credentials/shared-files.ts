import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { type AwsSetting, readAwsConfig } from '../../base/index.ts';
import { codeOf, failed, wrong } from './error.ts';
import type { Surroundings } from './types.ts';

/** A setting and the place it stands at. */
export interface Placed extends AwsSetting {
  /** `FILE:LINE` */
  readonly at: string;
}

/** The settings of a profile, from both files; the credentials file wins for a key that both have. */
export type ProfileSettings = ReadonlyMap<string, Placed>;

/** `~/.aws/config` and `~/.aws/credentials`, or the files that stand for them. */
export interface SharedFiles {
  readonly configFile: string;
  readonly credentialsFile: string;
  readonly profiles: ReadonlyMap<string, ProfileSettings>;
  readonly services: ReadonlyMap<string, ProfileSettings>;
}

/** A file name as the user meant it. */
export function pathOf(file: string, { home, cwd }: Pick<Surroundings, 'home' | 'cwd'>): string {
  if (file === '~' || file.startsWith('~/')) return join(home, file.slice(1));
  return isAbsolute(file) ? file : resolve(cwd, file);
}

/** Reads both files. A file that is not there is empty; one that cannot be read or understood is an error with its line. */
export function readSharedFiles(around: Pick<Surroundings, 'env' | 'home' | 'cwd'>): SharedFiles {
  const configFile = pathOf(around.env['AWS_CONFIG_FILE'] || '~/.aws/config', around);
  const credentialsFile = pathOf(around.env['AWS_SHARED_CREDENTIALS_FILE'] || '~/.aws/credentials', around);
  const profiles = new Map<string, Map<string, Placed>>();
  const services = new Map<string, Map<string, Placed>>();
  for (const [file, kind] of [[configFile, 'config'] as const, [credentialsFile, 'credentials'] as const]) {
    const { sections, problems } = readAwsConfig(textOfFile(file), kind);
    const [problem] = problems;
    if (problem !== undefined) {
      const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more lines)`;
      throw wrong(
        `${file}:${problem.line} cannot be understood: ${problem.message}${more}`,
        'put the line right, or comment it out with #',
      );
    }
    for (const section of sections) {
      const into = section.kind === 'profile' ? profiles : section.kind === 'services' ? services : undefined;
      if (into === undefined) continue;
      const settings = into.get(section.name) ?? new Map<string, Placed>();
      into.set(section.name, settings);
      for (const [key, setting] of section.settings) settings.set(key, { ...setting, at: `${file}:${setting.line}` });
    }
  }
  return { configFile, credentialsFile, profiles, services };
}

function textOfFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    if (code === 'EISDIR') throw wrong(`${file} is a folder, a file is expected`);
    if (code === 'EACCES' || code === 'EPERM') throw failed(`${file} may not be read`, 'its owner and mode: ls -l');
    throw failed(`${file} cannot be read (${code ?? 'unknown error'})`);
  }
}
