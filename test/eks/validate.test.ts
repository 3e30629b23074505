import { describe, expect, test } from 'vitest';
import { nextAuthenticationModes, validateAccessEntry, type WantedEntry } from '../../src/rules/eks/index.ts';

const cluster = { arn: 'arn:aws:eks:eu-west-1:111111111111:cluster/prod', mode: 'API' } as const;
const home = 'arn:aws:iam::111111111111:role/team/node';
const foreign = 'arn:aws:iam::222222222222:role/ci';
const view = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
const scope = { type: 'cluster', namespaces: [] } as const;

/** Entries that EKS refuses, and its words (facts §3.2 to §3.5, measured in September 2026). */
const REFUSED: readonly [entry: WantedEntry, text: string][] = [
  [{ principalArn: foreign, username: 'system:x' }, 'The username must not begin with system:'],
  [{ principalArn: foreign, username: 'iam:x' }, 'The username must not begin with iam:'],
  [
    { principalArn: foreign, groups: ['ok', 'system:masters'] },
    'The kubernetes group name system:masters is invalid, it cannot start with system:',
  ],
  [{ principalArn: foreign, username: '{{SessionName}}' }, 'a colon must stand before the session name in "{{SessionName}}"'],
  [
    { principalArn: foreign, username: 'x{{SessionNameRaw}}:' },
    'a colon must stand before the session name in "x{{SessionNameRaw}}:"',
  ],
  [
    { principalArn: foreign, type: 'EC2_LINUX' },
    'AccessEntry principalArn must be from the same account as the cluster when using types [EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2]',
  ],
  [
    { principalArn: 'arn:aws:iam::111111111111:user/a', type: 'FARGATE_LINUX' },
    'AccessEntry principalArn must be IAM role when using types [EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2]',
  ],
  [
    { principalArn: 'arn:aws:iam::222222222222:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX' },
    'The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role',
  ],
  [
    { principalArn: home, type: 'EC2_LINUX', groups: ['a'] },
    'The specified kubernetesGroups is invalid: setting kubernetesGroups is not allowed when the type is "EC2_LINUX"',
  ],
  [
    { principalArn: home, type: 'EC2_WINDOWS', username: 'a' },
    'The specified username is invalid: setting username is not allowed when the type is "EC2_WINDOWS"',
  ],
  [
    { principalArn: home, type: 'EC2_LINUX', policies: [{ policyArn: view, scope }] },
    'This operation can only be performed on Access Entries with a type of "STANDARD"',
  ],
  [{ principalArn: 'arn:aws:sts::222222222222:assumed-role/ci/x' }, 'The specified principalArn is invalid: invalid principal.'],
  [{ principalArn: 'arn:aws:iam::222222222222:group/ops' }, 'The specified principalArn is invalid: invalid principal.'],
  [
    { principalArn: foreign, policies: [{ policyArn: view, scope: { type: 'namespace', namespaces: [] } }] },
    'At least 1 namespace must be provided if the type is set as namespace',
  ],
  [
    { principalArn: foreign, policies: [{ policyArn: view, scope: { type: 'cluster', namespaces: ['a'] } }] },
    'accessScope should not include namespaces if the type is not set as namespace',
  ],
  [
    { principalArn: foreign, policies: [{ policyArn: 'arn:aws:iam::aws:policy/AmazonEKSViewPolicy', scope }] },
    'The policyArn parameter format is not valid',
  ],
  [
    { principalArn: foreign, policies: [{ policyArn: view.replace('aws', 'aws-cn'), scope }] },
    'The specified policyArn could not be found.',
  ],
];

describe('refused', () => {
  test.each(REFUSED)('%j', (entry, text) => {
    expect(validateAccessEntry(entry, cluster)).toEqual([expect.objectContaining({ text, certain: true })]);
  });
});

/** Entries with nothing known against them. */
const TAKEN: readonly WantedEntry[] = [
  { principalArn: foreign },
  { principalArn: 'arn:aws:iam::222222222222:user/team/ann', username: 'ann', groups: ['ops', 'sts:x'] },
  { principalArn: foreign, username: 'ci:{{SessionName}}', policies: [{ policyArn: view, scope }] },
  { principalArn: home, type: 'EC2_LINUX' },
  {
    principalArn: home,
    type: 'EC2',
    policies: [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSAutoNodePolicy', scope }],
  },
];

test.each(TAKEN)('taken: %j', (entry) => {
  expect(validateAccessEntry(entry, cluster)).toEqual([]);
});

/** What is documented and not measured, or only likely, is no hard refusal. */
const LIKELY: readonly WantedEntry[] = [
  { principalArn: foreign, username: 'System:x' },
  { principalArn: home, type: 'FARGATE_LINUX', groups: ['a'] },
  { principalArn: home, type: 'EC2' },
  { principalArn: 'arn:aws:iam::222222222222:root' },
  { principalArn: foreign, policies: [{ policyArn: view.replace('View', 'BrandNew'), scope }] },
];

test.each(LIKELY)('likely: %j', (entry) => {
  expect(validateAccessEntry(entry, cluster)).toEqual([expect.objectContaining({ certain: false })]);
});

test('mode CONFIG_MAP takes no entries', () => {
  const [refusal] = validateAccessEntry({ principalArn: foreign }, { ...cluster, mode: 'CONFIG_MAP' });
  expect(refusal?.text).toContain('must be set to one of [API, API_AND_CONFIG_MAP]');
});

test('modes go one step onwards', () => {
  expect(nextAuthenticationModes('CONFIG_MAP')).toEqual(['API_AND_CONFIG_MAP']);
  expect(nextAuthenticationModes('API_AND_CONFIG_MAP')).toEqual(['API']);
  expect(nextAuthenticationModes('API')).toEqual([]);
});
