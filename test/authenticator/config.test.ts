import { describe, expect, test } from 'vitest';
import { type Overrides, readServerConfig, type ServerConfig } from '../../src/edge/authenticator/config.ts';
import { faultLine } from '../../src/edge/authenticator/config-rows.ts';

function good(text: string, overrides: Overrides = {}): ServerConfig {
  const result = readServerConfig(text, 'c.yaml', overrides);
  if ('faults' in result) throw new Error(result.faults.map(faultLine).join('\n'));
  return result.config;
}

function told(
  text: string,
  overrides: Overrides = {},
): { readonly faults: readonly string[]; readonly warnings: readonly string[] } {
  const result = readServerConfig(text, 'c.yaml', overrides);
  return 'faults' in result
    ? { faults: result.faults.map(faultLine), warnings: [] }
    : { faults: [], warnings: result.warnings.map(faultLine) };
}

const FULL = `clusterID: my-cluster
defaultRole: arn:aws:iam::000000000000:role/x
server:
  partition: aws-cn
  port: 1234
  hostname: auth.example
  address: 0.0.0.0
  generateKubeconfig: /k.yaml
  kubeconfigPregenerated: true
  stateDir: /state
  kubeconfig: /admin.conf
  master: https://api
  backendMode: [MountedFile, EKSConfigMap]
  ec2DescribeInstancesRoleARN: arn:aws-cn:iam::000000000000:role/ec2
  ec2DescribeInstancesQps: 20
  scrubbedAccounts: ["111122223333", 012345678901]
  dynamicfilepath: ""
  reservedPrefixConfig:
  - backendmode: EKSConfigMap
    usernamePrefixReserveList: ["system:", "eks:"]
  mapRoles:
  - roleARN: arn:aws-cn:iam::000000000000:role/KubernetesAdmin
    username: kubernetes-admin
    groups:
    - system:masters
  mapUsers:
  - userARN: arn:aws-cn:iam::000000000000:user/Alice
    username: alice
    groups: [system:masters]
  mapAccounts:
  - 012345678901
  - "456789012345"
causeway:
  cacheSeconds: 5
  identityRate: { perSecond: 3, burst: 4 }
`;

test('the full format of the original, with settings of our own beside it', () => {
  expect(told(FULL)).toEqual({ faults: [], warnings: [] });
  expect(good(FULL)).toMatchObject({
    clusterId: 'my-cluster',
    partition: 'aws-cn',
    port: 1234,
    hostname: 'auth.example',
    address: '0.0.0.0',
    generateKubeconfig: '/k.yaml',
    kubeconfigPregenerated: true,
    stateDir: '/state',
    kubeconfig: '/admin.conf',
    master: 'https://api',
    backendMode: ['MountedFile', 'EKSConfigMap'],
    scrubbedAccounts: ['111122223333', '012345678901'],
    reservedPrefixes: { EKSConfigMap: ['system:', 'eks:'] },
    rows: {
      roles: [
        { arn: 'arn:aws-cn:iam::000000000000:role/KubernetesAdmin', username: 'kubernetes-admin', groups: ['system:masters'] },
      ],
      users: [{ arn: 'arn:aws-cn:iam::000000000000:user/Alice' }],
      accounts: ['012345678901', '456789012345'],
    },
    ec2: { roleArn: 'arn:aws-cn:iam::000000000000:role/ec2', sourceArn: '', rate: { perSecond: 20, burst: 5 } },
    own: { cacheSeconds: 5, identityRate: { perSecond: 3, burst: 4 } },
  });
});

test('what nobody says has the values of the original', () => {
  expect(good('clusterID: c\n')).toMatchObject({
    partition: 'aws',
    port: 21362,
    healthPort: 21363,
    address: '127.0.0.1',
    hostname: 'localhost',
    backendMode: ['MountedFile'],
    scrubbedAccounts: [],
    ssoRoles: false,
    ec2: { roleArn: '', sourceArn: '', rate: { perSecond: 15, burst: 5 } },
  });
});

test('keys are the same in whatever case', () => {
  expect(
    good('CLUSTERID: c\nServer:\n  PORT: 7\n  maproles:\n  - RoleArn: arn:aws:iam::000000000000:role/x\n    USERNAME: x\n'),
  ).toMatchObject({
    port: 7,
    rows: { roles: [{ username: 'x' }] },
  });
});

test('flags go over the file, and a file may be empty', () => {
  expect(good('', { clusterId: 'flag' }).clusterId).toBe('flag');
  expect(good(FULL, { clusterId: 'flag', port: 1, backendMode: ['EKSConfigMap'], cacheSeconds: 0 })).toMatchObject({
    clusterId: 'flag',
    port: 1,
    backendMode: ['EKSConfigMap'],
    own: { cacheSeconds: 0 },
  });
});

test('the old names of the backends', () => {
  expect(good('clusterID: c\nserver: { backendMode: [File, ConfigMap] }\n').backendMode).toEqual(['MountedFile', 'EKSConfigMap']);
});

describe('faults have their place', () => {
  test.each([
    ['server:\n  port: 1\n', ['c.yaml:1:1: cluster ID cannot be empty (clusterID, -i, KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID)']],
    ['clusterID: c\nserver:\n  mapRoles:\n   - roleARN: "x\n', ['c.yaml:5:1: Missing closing "quote']],
    ['clusterID: c\nserver:\n\tport: 1\n', [expect.stringMatching(/^c\.yaml:3:1: /)]],
    ['clusterID: c\nclusterid: d\n', ['c.yaml:2:1: "clusterid" is there twice (keys are the same in whatever case)']],
    ['clusterID: c\nclusterID: d\n', ['c.yaml:2:1: Map keys must be unique']],
    ['- a\n', ['c.yaml:1:1: the file is no map of settings (clusterID, server, …)']],
    ['clusterID: "a b"\n', ['c.yaml:1:12: clusterID holds what no HTTP header can: it is signed as one']],
    ['clusterID: c\nserver:\n  partition: mars\n', [expect.stringMatching(/^c\.yaml:3:14: invalid partition "mars"/)]],
    [
      'clusterID: c\nserver:\n  ec2DescribeInstancesRoleARN: arn:aws:iam::111111111111:user/x\n',
      ['c.yaml:3:32: ec2DescribeInstancesRoleARN is not the ARN of a role'],
    ],
    [
      'clusterID: c\nserver:\n  sourceARN: "a\\nb"\n',
      ['c.yaml:3:14: sourceARN holds what no HTTP header can: it is sent as one'],
    ],
    ['clusterID: c\nserver:\n  port: none\n', ['c.yaml:3:9: port is not a number from 0 to 65535']],
    ['clusterID: c\nserver:\n  port: 70000\n', ['c.yaml:3:9: port is not a number from 0 to 65535']],
    ['clusterID: c\nserver: [x]\n', ['c.yaml:2:9: server is no map of settings']],
    [
      'clusterID: c\nserver:\n  backendMode: [CRD]\n',
      ['c.yaml:3:16: backend-mode "CRD" is not served here: use MountedFile, EKSConfigMap or both'],
    ],
    [
      'clusterID: c\nserver:\n  backendMode: [DynamicFile]\n',
      ['c.yaml:3:16: backend-mode "DynamicFile" is not served here: use MountedFile, EKSConfigMap or both'],
    ],
    [
      'clusterID: c\nserver:\n  backendMode: [X]\n',
      ['c.yaml:3:16: backend-mode "X" is not a valid mode (MountedFile, EKSConfigMap)'],
    ],
    [
      'clusterID: c\nserver:\n  backendMode: [MountedFile, File]\n',
      ['c.yaml:3:16: backend-mode ["MountedFile" "File"] has duplicates'],
    ],
    ['clusterID: c\nserver:\n  backendMode: []\n', ['c.yaml:3:16: at least one backend-mode must be specified']],
    [
      'clusterID: c\nserver:\n  dynamicfilepath: /x\n',
      ['c.yaml:3:20: dynamicfilepath belongs to the backend DynamicFile, which is not served here'],
    ],
    ['clusterID: c\nserver:\n  mapRoles:\n  - username: x\n', ['c.yaml:4:5: row 1 of mapRoles has no rolearn: it is dropped']],
    [
      'clusterID: c\nserver:\n  mapRoles:\n  - roleARN: role/x\n    username: x\n',
      ["c.yaml:4:5: row 1 of mapRoles: error canonicalizing ARN: arn 'role/x' is invalid"],
    ],
    [
      'clusterID: c\nserver:\n  mapRoles:\n  - roleARN: arn:aws:iam::000000000000:role/x\n    username: x\n    groups: system:masters\n',
      ['c.yaml:4:5: groups of row 1 of mapRoles is a text and not a list: the row stays, without groups'],
    ],
    ['clusterID: c\nserver:\n  mapRoles: "- roleARN: x"\n', ['c.yaml:3:13: mapRoles is no list of rows']],
    ['clusterID: c\nserver:\n  mapAccounts: [1234]\n', ['c.yaml:3:16: "1234" in mapAccounts is no account id of 12 digits']],
    [
      'clusterID: c\nserver:\n  mapRoles:\n  - sso: { permissionSetName: A, accountID: "000000000000" }\n    username: x\n',
      ['c.yaml:4:5: row 1 of mapRoles: an sso row counts only with the feature gate SSORoleMatch'],
    ],
    [
      'clusterID: c\nserver:\n  port: x\n  partition: mars\n',
      [expect.stringMatching(/^c\.yaml:4:14/), expect.stringMatching(/^c\.yaml:3:9/)],
    ],
  ])('%j', (text, faults) => {
    expect(told(text).faults).toEqual(faults);
  });
});

test.each([
  ['clusterID: c\nservers: {}\n', ['c.yaml:2:1: servers is not known here and not read']],
  ['clusterID: c\nserver:\n  prot: 1\n', ['c.yaml:3:3: server.prot is not known here and not read']],
  ['clusterID: c\ncauseway:\n  cache: 1\n', ['c.yaml:3:3: causeway.cache is not known here and not read']],
  [
    'clusterID: c\nserver:\n  mapRoles:\n  - roleARN: arn:aws:iam::000000000000:role/a/x\n    username: x\n',
    ['c.yaml:4:5: row 1 of mapRoles: STS never reports the path of a role: write arn:aws:iam::000000000000:role/x'],
  ],
])('%j is read with a warning', (text, warnings) => {
  expect(told(text)).toEqual({ faults: [], warnings });
});

test('aliases that grow without end are a fault and no hang', () => {
  const bomb = Array.from(
    { length: 12 },
    (_, i) => `a${i}: &a${i} [${Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(', ')}]`,
  );
  expect(told(`clusterID: c\n${bomb.join('\n')}\nserver:\n  mapRoles: *a11\n`).faults).not.toEqual([]);
});
