import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabWorld, labWorld, PLATFORM } from '../apply/world.ts';
import { type Person, personOf, write } from './apply-person.ts';

let world: LabWorld;
let person: Person;
beforeAll(async () => {
  world = await labWorld();
  person = await personOf(world);
  const text = readFileSync('examples/article/causeway.yaml', 'utf8');
  write(person, 'causeway.yaml', text);
  write(person, 'none.yaml', `${text.slice(0, text.indexOf('grants:'))}grants: []\n`);
  appendFileSync(
    join(person.folder, 'credentials'),
    '[broken]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n',
  );
  expect((await person.run('apply', ...person.credentials, '--yes')).exit).toBe(0);
});
afterAll(async () => {
  person.close();
  await world.lab.close();
});

const BROKEN = ['platform', 'delivery', 'security'].flatMap((name) => ['--credentials', `${name}=profile:broken`]);
const REVOKE = ['revoke', 'ci-deploys-my-app', '--yes'];
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('accounts that were not entered', () => {
  it.each([
    ['revoke', REVOKE, [], 3],
    ['revoke', REVOKE, BROKEN, 4],
    ['apply of no grants', ['apply', 'none.yaml', '--yes'], [], 3],
    ['apply of no grants', ['apply', 'none.yaml', '--yes'], BROKEN, 4],
    ['apply of no grants, others content', ['apply', 'none.yaml', '--yes', '--mine'], [], 3],
    ['plan of no grants', ['plan', 'none.yaml', '--live'], [], 3],
    ['plan of no grants', ['plan', 'none.yaml', '--live'], BROKEN, 3],
    ['drift of no grants', ['drift', 'none.yaml'], [], 3],
    ['drift', ['drift'], BROKEN, 3],
  ])('%s cannot tell, and names them (%j %j)', async (_, words, credentials, code) => {
    const before = await world.exported();
    const { exit, out, err } = await person.run(...words, ...credentials);
    expect([exit, flat(out)]).toEqual([code, expect.stringMatching(/^(CANNOT TELL|DIFFERS): /)]);
    expect(flat(out)).toContain('Not entered; what is there was not looked at: ? account 111111111111 (platform): ');
    expect(flat(err)).toContain('note: account 111111111111 (platform) was not entered: ');
    expect(flat(err)).toContain('hint: ');
    expect(out).not.toContain('NOTHING TO DO');
    expect(out).not.toContain('not made yet');
    expect(await world.exported()).toEqual(before);
  });

  it('what one account holds does not speak for the other', async () => {
    const { exit, out, err } = await person.run('apply', 'none.yaml', '--yes', '--credentials', 'delivery=profile:delivery');
    expect(exit).toBe(3);
    expect(flat(out)).toContain('CANNOT TELL: platform-access: 1 of 1 steps are done');
    expect(out).toContain(`the users, roles and policies of account ${PLATFORM}`);
    expect(flat(err)).toContain('note: account 111111111111 (platform) was not entered');
    expect((await person.run('apply', ...person.credentials, '--yes')).exit).toBe(0);
  });

  it('with --mine those that nobody named credentials for are for others to look at', async () => {
    const own = person.credentials.slice(0, 2);
    expect((await person.run('plan', '--live', '--mine', ...own)).exit).toBe(0);
  });
});
