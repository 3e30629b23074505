import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cli } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'causeway-hand-over-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAN = ['plan', 'examples/article/causeway.yaml', '--inventory', 'examples/article/as-written'];

it('each other account gets its part, and who is let in a kubeconfig', async () => {
  const made = join(folder, 'others');
  const { err, exit } = await cli([...PLAN, '--credentials', 'platform=profile:p', '--hand-over', made]);
  expect({ err, exit }).toEqual({
    err: expect.stringMatching(/222222222222\s+\(delivery\), 333333333333\s+\(security\)/),
    exit: 1,
  });
  expect(readdirSync(join(made, '222222222222')).sort()).toEqual([
    'README.md',
    'cloudformation.json',
    'commands.sh',
    'kubeconfig',
    'main.tf',
    'policies',
  ]);
  const kubeconfig = parse(readFileSync(join(made, '222222222222/kubeconfig'), 'utf8'));
  expect(kubeconfig['current-context']).toBe('prod-ci-deploys-my-app');
  expect(kubeconfig.users[0].user.exec).toMatchObject({
    command: 'causeway',
    args: expect.arrayContaining(['--external-id', 'c0ffee']),
  });
  const other = parse(readFileSync(join(made, '333333333333/kubeconfig'), 'utf8'));
  expect(other.users[0].user.exec).toMatchObject({ command: 'aws', args: expect.arrayContaining(['--role']) });
  expect(statSync(made).mode & 0o077).toBe(0);
});

it('a folder that has something in it is not written into', async () => {
  const { err, exit } = await cli([...PLAN, '--credentials', 'platform=profile:p', '--hand-over', 'docs']);
  expect({ err, exit }).toEqual({ err: expect.stringContaining('docs is not empty'), exit: 2 });
});

it('where everything is ours there is nothing to hand over, and no folder is made', async () => {
  const { err } = await cli([...PLAN, '--hand-over', join(folder, 'none')]);
  expect(err).toContain('there is nothing to hand over');
  expect(readdirSync(folder)).not.toContain('none');
});
