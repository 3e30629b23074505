import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ExportedFile, type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { handOver } from '../../src/grants/index.ts';
import { accessPolicy, binding, entry, handed, inlinePolicy, PROD, ROLE, role } from '../grants/steps.ts';
import { askLab } from '../loopback/lab.ts';
import { outputOf, shellOf } from './beside.ts';
import { ring } from './client.ts';
import { terraformRing } from './terraform-ring.ts';

const LONG = 300_000;
const CI = 'arn:aws:iam::222222222222:role/ci-runner';

/** A grant in the accounts of the lab: the role, what it may and where, and the caller's own allow. */
const STEPS = [
  handed({ ...role(), trust: trustOf(CI) } as ReturnType<typeof role>),
  handed(inlinePolicy(ROLE, 'causeway', 'eks:DescribeCluster', PROD)),
  handed(entry()),
  handed(accessPolicy(['my-app-ns'])),
  handed(binding('causeway:demo:ci', 'my-app-ns', 'causeway:demo:ci', 'edit')),
  handed(inlinePolicy(CI, 'causeway-demo-ci', 'sts:AssumeRole', ROLE)),
];

function trustOf(caller: string) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: caller }, Action: 'sts:AssumeRole' }] };
}

/** The lab as an inventory, without what differs from one making to the next: ids, dates, the order of keys. */
async function exported(lab: RunningLab): Promise<Readonly<Record<string, unknown>>> {
  const { files } = await askLab<{ readonly files: readonly ExportedFile[] }>(lab, 'export');
  return Object.fromEntries(files.map(({ path, text }) => [path, sorted(path.endsWith('.json') ? JSON.parse(text) : text)]));
}

const VARYING = /A(?:RO|ID)A[A-Z0-9]{17}|\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|\+00:00)?|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-F]{32}/g;

function sorted(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('{') ? sorted(JSON.parse(value)) : value.replaceAll(VARYING, '…');
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, each]) => [key, key.endsWith('At') ? '…' : sorted(inOrder(key, each))] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Tags have no order. */
function inOrder(key: string, value: unknown): unknown {
  if (key !== 'Tags' || !Array.isArray(value)) return value;
  return value.map((tag) => JSON.stringify(tag)).sort();
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-hand-over-'));
  for (const { path, text } of handOver(STEPS, { file: 'demo' })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

terraformRing((pluginDir) => {
  let labs: readonly RunningLab[];
  beforeAll(async () => {
    const now = () => new Date();
    labs = [await startLab({ port: 0, now }), await startLab({ port: 0, now })];
  });
  afterAll(async () => {
    for (const lab of labs) await lab.close();
  });

  it('the script and Terraform lead to the same, and may be run again', { timeout: LONG }, async () => {
    const [first, second] = labs as readonly [RunningLab, RunningLab];
    for (const turn of ['once', 'again']) {
      for (const account of ['111111111111', '222222222222']) {
        const around = { env: await shellOf(first, folder, `${account}/admin`), cwd: join(folder, account) };
        expect(await outputOf('sh', ['commands.sh'], around), turn).toContain(`the part of account ${account} is done`);
      }
    }
    for (const account of ['111111111111', '222222222222']) {
      const around = { env: await shellOf(second, folder, `${account}/admin`), cwd: join(folder, account) };
      await outputOf('terraform', ['init', '-input=false', pluginDir], around);
      await outputOf('terraform', ['fmt', '-check', '-diff'], around);
      await outputOf('terraform', ['apply', '-auto-approve', '-input=false'], around);
    }
    const owner = { env: await shellOf(second, folder, '111111111111/admin'), cwd: folder };
    await outputOf('aws', ['eks', 'update-kubeconfig', '--name', 'prod'], owner);
    await outputOf('kubectl', ['apply', '-f', join(folder, '111111111111/kubernetes/eu-west-1-prod.yaml')], owner);
    expect(await exported(second)).toEqual(await exported(first));
  });
});

ring('cfn-lint', ['--version'], (cfnLint) => {
  it('has nothing to say about the templates', { timeout: LONG }, () => {
    for (const account of ['111111111111', '222222222222'])
      expect(cfnLint.run('--regions', 'eu-west-1', '--', join(folder, account, 'cloudformation.json'))).toBe('');
  });
});
