import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningLab, startLab } from '../../src/edge/lab/index.ts';
import { handOver } from '../../src/grants/index.ts';
import { accessPolicy, binding, entry, handed, inlinePolicy, PROD, ROLE, role } from '../grants/steps.ts';
import { ring } from './client.ts';

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

function run(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { cwd, env: { ...env }, encoding: 'utf8' }, (error, out, complaint) => {
      if (error === null) resolve(out);
      else reject(new Error(`${program} ${args.join(' ')}: ${complaint}${out}`));
    });
  });
}

/** The administrator's shell of an account in a lab. */
async function shell(lab: RunningLab, account: string, home: string): Promise<Readonly<Record<string, string>>> {
  const body = JSON.stringify({ as: `${account}/admin` });
  const answer = await fetch(`${lab.endpoint}/_causeway/env`, { method: 'POST', headers: { 'x-causeway-lab': '1' }, body });
  const { credentials } = (await answer.json()) as { credentials: Record<string, string> };
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_ENDPOINT_URL: lab.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: credentials['accessKeyId'] ?? '',
    AWS_SECRET_ACCESS_KEY: credentials['secretAccessKey'] ?? '',
  };
}

/** The lab as an inventory, without what differs from one making to the next: ids, dates, the order of keys. */
async function exported(lab: RunningLab): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(`${lab.endpoint}/_causeway/export`, {
    method: 'POST',
    headers: { 'x-causeway-lab': '1' },
    body: '{}',
  });
  const { files } = (await answer.json()) as { files: readonly { readonly path: string; readonly text: string }[] };
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

/** Where `terraform init -plugin-dir` finds the AWS provider. */
function pluginFolder(): string {
  const said = process.env['CAUSEWAY_TERRAFORM_PLUGINS'];
  const places = [said ?? '', join(homedir(), '.terraform.d/plugins'), '/usr/local/share/terraform/plugins', '/opt/tf-plugins'];
  return places.find((place) => place !== '' && existsSync(join(place, 'registry.terraform.io'))) ?? '';
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

ring('terraform', ['version'], () => {
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
        const env = await shell(first, account, folder);
        expect(await run('sh', ['commands.sh'], join(folder, account), env), turn).toContain(
          `the part of account ${account} is done`,
        );
      }
    }
    for (const account of ['111111111111', '222222222222']) {
      const env = await shell(second, account, folder);
      const at = join(folder, account);
      await run('terraform', ['init', '-input=false', `-plugin-dir=${pluginFolder()}`], at, env);
      await run('terraform', ['fmt', '-check', '-diff'], at, env);
      await run('terraform', ['apply', '-auto-approve', '-input=false'], at, env);
    }
    const owner = await shell(second, '111111111111', folder);
    const kubeconfig = join(folder, 'kubeconfig');
    const env = { ...owner, KUBECONFIG: kubeconfig };
    await run('aws', ['eks', 'update-kubeconfig', '--name', 'prod', '--kubeconfig', kubeconfig], folder, env);
    await run('kubectl', ['apply', '-f', join(folder, '111111111111/kubernetes/eu-west-1-prod.yaml')], folder, env);
    expect(await exported(second)).toEqual(await exported(first));
  });
});

ring('cfn-lint', ['--version'], (cfnLint) => {
  it('has nothing to say about the templates', { timeout: LONG }, () => {
    for (const account of ['111111111111', '222222222222'])
      expect(cfnLint.run('--regions', 'eu-west-1', '--', join(folder, account, 'cloudformation.json'))).toBe('');
  });
});
