import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

it('a grant that has expired gets no context, and a note says so', async () => {
  const text = readFileSync('examples/article/causeway.yaml', 'utf8');
  const [head = '', grants = ''] = text.split('grants:\n');
  // A second grant for the pipeline's account, so that its kubeconfig is there with and without the expired one.
  const first = grants.slice(0, grants.indexOf('  - name: security-audits'));
  const expired = first.replace('ci-deploys-my-app', 'ci-once').replace('session: 1h', 'session: 1h\n    expires: 2020-01-01');
  const file = join(folder, 'expired.yaml');
  writeFileSync(file, `${head}grants:\n${expired}${grants}`);
  const made = join(folder, 'expired');
  const plan = ['plan', file, ...PLAN.slice(2)];
  const { err } = await cli([...plan, '--credentials', 'platform=profile:p', '--hand-over', made]);
  expect(err.replaceAll(/\s+/g, ' ')).toContain('expired, so no kubeconfig has a context for it: ci-once');
  const { contexts } = parse(readFileSync(join(made, '222222222222/kubeconfig'), 'utf8'));
  expect(contexts.map(({ name }: { readonly name: string }) => name)).toEqual(['prod-ci-deploys-my-app']);
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
