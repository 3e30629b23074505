import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DELIVERY, type LabWorld, PLATFORM, REGION, SECURITY } from '../apply/world.ts';
import { profileOf } from '../loopback/lab.ts';
import { cli, type Ran } from './run.ts';

/** A folder of a person who administers the accounts of a lab: profiles, a home, and the environment of a shell. */
export interface Person {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** `--credentials` for all three accounts. */
  readonly credentials: readonly string[];
  readonly run: (...words: readonly string[]) => Promise<Ran>;
  /** At a terminal, where questions are answered so. */
  readonly say: (answer: string, ...words: readonly string[]) => Promise<Ran>;
  readonly close: () => void;
}

/** Makes the person; `platform`, `delivery` and `security` are the profiles of the accounts' administrators. */
export async function personOf(world: LabWorld): Promise<Person> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-person-'));
  const accounts = [
    ['platform', PLATFORM],
    ['delivery', DELIVERY],
    ['security', SECURITY],
  ] as const;
  const texts = await Promise.all(
    accounts.map(async ([name, account]) => profileOf(name, (await world.access(`${account}/admin`)).credentials)),
  );
  writeFileSync(join(folder, 'credentials'), texts.join(''));
  writeFileSync(join(folder, 'config'), accounts.map(([name]) => `[profile ${name}]\nregion = ${REGION}\n`).join(''));
  const env = {
    AWS_ENDPOINT_URL: world.lab.endpoint,
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  const around = { env, home: folder, cwd: folder, now: () => new Date() };
  return {
    folder,
    env,
    credentials: accounts.flatMap(([name]) => ['--credentials', `${name}=profile:${name}`]),
    run: (...words) => cli(words, around),
    say: (answer, ...words) => cli(words, { ...around, answer }),
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** Writes a file into the person's folder. */
export function write(person: Person, name: string, text: string): string {
  writeFileSync(join(person.folder, name), text);
  return name;
}
