import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { handOver } from '../../src/grants/index.ts';
import type { Resource } from '../../src/inventory/index.ts';
import { accessPolicy, binding, CALLER, entry, handed, inlinePolicy, ROLE, role, row } from './steps.ts';
import { resourcesOf } from './template-reader.ts';

const IRELAND_AND_OHIO = 'arn:aws:eks:us-east-2:111111111111:cluster/prod';
const SSO = 'arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0123456789abcdef';
const assume = inlinePolicy(CALLER, 'causeway-demo-ci', 'sts:AssumeRole', ROLE);
const describeCluster = inlinePolicy(ROLE, 'causeway', 'eks:DescribeCluster', 'arn:aws:eks:eu-west-1:111111111111:cluster/prod');

/** The steps, and each file of the hand-over that must hold a text, or must not. */
const cases: readonly {
  readonly name: string;
  readonly steps: Parameters<typeof handOver>[0];
  readonly files: readonly string[];
  readonly holds?: Readonly<Record<string, readonly string[]>>;
  readonly lacks?: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    name: "the caller's account gets its one policy in every form",
    steps: [handed(assume)],
    files: ['README.md', 'commands.sh', 'policies/ci-runner.causeway-demo-ci.json', 'main.tf', 'cloudformation.json'],
    holds: {
      'commands.sh': [
        '[ "$account" != 222222222222 ]',
        'aws iam put-role-policy --role-name ci-runner --policy-name causeway-demo-ci',
      ],
      'main.tf': ['allowed_account_ids = ["222222222222"]', 'resource "aws_iam_role_policy" "ci_runner_causeway_demo_ci"'],
      'cloudformation.json': ['"AWS::IAM::RolePolicy"', '"RoleName": "ci-runner"'],
    },
  },
  {
    name: "a step that is done is nobody's any more",
    steps: [{ ...handed(assume), state: 'done' }],
    files: [],
  },
  {
    name: 'a quote in a text ends no word of the script',
    steps: [handed(role())],
    files: ['README.md', 'commands.sh', 'policies/ci.trust.json', 'main.tf', 'cloudformation.json'],
    holds: {
      'commands.sh': ["'grant ci of demo: it'\\''s made by Causeway'", 'create-role --role-name ci --path /causeway/demo/'],
    },
  },
  {
    name: 'a template of Terraform in a document stays a text',
    steps: [handed(inlinePolicy(CALLER, 'p', 'sts:AssumeRole', 'arn:aws:iam::1:role/$' + '{aws:username}%{x}'))],
    files: ['README.md', 'commands.sh', 'policies/ci-runner.p.json', 'main.tf', 'cloudformation.json'],
    holds: { 'main.tf': ['role/$$' + '{aws:username}%%{x}'] },
  },
  {
    name: 'what stands already is imported by Terraform, and left out of a template',
    steps: [handed(role(), 'update', role())],
    files: ['README.md', 'commands.sh', 'policies/ci.trust.json', 'main.tf'],
    holds: {
      'main.tf': ['import {', 'id = "ci"'],
      'commands.sh': ['aws iam update-assume-role-policy --role-name ci'],
    },
  },
  {
    name: 'rows of aws-auth and RBAC objects are in the script and in manifests alone, and the page says so',
    steps: [handed(entry()), handed(row(ROLE)), handed(binding('causeway:demo:ci', 'my-app-ns', 'causeway:demo:ci', 'edit'))],
    files: ['README.md', 'commands.sh', 'kubernetes/eu-west-1-prod.yaml', 'main.tf', 'cloudformation.json'],
    holds: {
      'README.md': ['Not in it, and so still to be done by `commands.sh`: make the row of'],
      'commands.sh': [
        'kubectl -n kube-system edit configmap aws-auth',
        'kubectl apply -f -',
        'update-kubeconfig --region eu-west-1',
      ],
    },
  },
  {
    name: 'each region has its stack and its provider',
    steps: [handed(role()), handed(entry()), handed(entry(ROLE, [], IRELAND_AND_OHIO))],
    files: [
      'README.md',
      'commands.sh',
      'policies/ci.trust.json',
      'main.tf',
      'cloudformation-eu-west-1.json',
      'cloudformation-us-east-2.json',
    ],
    holds: { 'main.tf': ['alias               = "us_east_2"', 'aws.us_east_2'] },
    lacks: { 'cloudformation-us-east-2.json': ['AWS::IAM::Role'] },
  },
  {
    name: 'a permission set is changed in Identity Center, its role by nobody',
    steps: [handed(inlinePolicy(SSO, 'causeway-demo-ci', 'sts:AssumeRole', ROLE))],
    files: ['README.md', 'commands.sh', 'policies/Ops.causeway-demo-ci.json'],
    holds: {
      'commands.sh': [
        '# by hand, in IAM Identity Center: add to the inline policy of the permission set Ops',
        'nothing of the part of account 222222222222 is done; still to do by hand',
      ],
    },
    lacks: { 'commands.sh': ['put-role-policy', "is done'"] },
  },
  {
    name: 'an access policy of an entry that stands is no part of a template',
    steps: [handed(accessPolicy(['my-app-ns']))],
    files: ['README.md', 'commands.sh', 'main.tf'],
    holds: { 'commands.sh': ['--access-scope type=namespace,namespaces=my-app-ns'] },
  },
  {
    name: 'taking away is for the script alone',
    steps: [handed(assume, 'delete'), handed(describeCluster, 'delete'), handed(role(), 'delete')],
    files: ['README.md', 'commands.sh', 'README.md', 'commands.sh'],
    holds: {
      'commands.sh': ['aws iam delete-role-policy --role-name ci --policy-name causeway', 'aws iam delete-role --role-name ci'],
    },
  },
];

for (const { name, steps, files, holds = {}, lacks = {} } of cases) {
  it(name, () => {
    const made = handOver(steps, { file: 'demo' });
    expect(made.map(({ path }) => path.slice(13))).toEqual(files);
    const text = (file: string): string =>
      made
        .filter(({ path }) => path.endsWith(`/${file}`))
        .map((each) => each.text)
        .join('\n');
    for (const [file, parts] of Object.entries(holds)) for (const part of parts) expect(text(file)).toContain(part);
    for (const [file, parts] of Object.entries(lacks)) for (const part of parts) expect(text(file)).not.toContain(part);
  });
}

it('each kubeconfig of the script goes with the script', () => {
  const steps = [handed(row(ROLE)), handed({ ...row(ROLE), clusterArn: IRELAND_AND_OHIO } as Resource)];
  const text = handOver(steps, { file: 'demo' }).find(({ path }) => path.endsWith('.sh'))?.text ?? '';
  expect(text.match(/^trap .*$/gm)).toEqual([`trap 'rm -rf "$folder"' EXIT`]);
  expect(text.match(/^KUBECONFIG=.*$/gm)).toEqual(['KUBECONFIG=$folder/1', 'KUBECONFIG=$folder/2']);
});

it('the script is one that a shell can read', () => {
  for (const { steps } of cases) {
    for (const { path, text } of handOver(steps, { file: 'demo' })) {
      if (!path.endsWith('.sh')) continue;
      expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  }
});

it('the template holds just the resources of the steps', () => {
  const wanted: readonly Resource[] = [role(), describeCluster, entry(), accessPolicy(['my-app-ns', 'team-*'])];
  const [file] = handOver(
    wanted.map((resource) => handed(resource)),
    { file: 'demo' },
  ).filter(({ path }) => path.endsWith('cloudformation.json'));
  expect(resourcesOf(JSON.parse(file?.text ?? ''), { account: '111111111111', region: 'eu-west-1' })).toEqual(wanted);
});
