import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { labWorld } from '../apply/world.ts';
import { personOf, write } from './apply-person.ts';

const WRITES = /^(Create|Put|Update|Associate|Tag|POST|PATCH|create|patch)/;

it('a process that is killed after any write goes on at the next run, to the same end', async () => {
  let child: ChildProcess | undefined;
  let writes = 0;
  let killAt = 0;
  const world = await labWorld({
    onLog: ({ operation, status }) => {
      if (child === undefined || status >= 300 || !WRITES.test(operation)) return;
      if (++writes >= killAt) child.kill('SIGKILL');
    },
  });
  const person = await personOf(world);
  try {
    write(person, 'causeway.yaml', readFileSync('examples/article/causeway.yaml', 'utf8'));
    const words = ['apply', ...person.credentials, '--yes'];
    const env = { ...person.env, HOME: person.folder, PATH: process.env.PATH ?? '' };
    let killed = 0;
    for (killAt of [1, 3]) {
      writes = 0;
      child = spawn(process.execPath, [join(process.cwd(), 'src/cli/main.ts'), ...words], {
        cwd: person.folder,
        env,
        stdio: 'ignore',
      });
      const signal = await new Promise((resolve) => child?.on('exit', (_, by) => resolve(by)));
      if (signal === 'SIGKILL') killed++;
    }
    child = undefined;
    expect(killed).toBe(2);
    expect((await person.run(...words)).exit).toBe(0);
    const after = await world.exported();
    expect((await person.run(...words)).out).toContain('NOTHING TO DO');
    expect(await world.exported()).toEqual(after);
    expect((await person.run('drift', ...person.credentials)).exit).toBe(0);
  } finally {
    person.close();
    await world.lab.close();
  }
});
