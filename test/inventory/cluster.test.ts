import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../src/inventory/index.ts';
import { A, CLUSTER, CLUSTER_ARN, type Files, inventoryOf, problemsOf } from './folder.ts';

const DESCRIBED = {
  cluster: { name: 'prod', arn: CLUSTER_ARN, accessConfig: { authenticationMode: 'API' }, tags: { stage: 'prod' } },
};
const ENTRIES = `${CLUSTER}/access-entries`;
const P = `arn:aws:iam::${A}:role/team/ci`;
const VIEW = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
const entry = {
  clusterName: 'prod',
  principalArn: P,
  kubernetesGroups: ['devs'],
  type: 'STANDARD',
  username: 'ci',
  createdAt: 1_735_689_600,
};
const associated = { policyArn: VIEW, accessScope: { type: 'namespace', namespaces: ['shop'] }, associatedAt: 1 };

function clusterOf(files: Files): Cluster {
  const [cluster] = inventoryOf(files).clusters;
  if (cluster === undefined) throw new Error('no cluster');
  return cluster;
}

describe('cluster.json', () => {
  test.each([
    ['the answer', DESCRIBED],
    ['--query cluster', DESCRIBED.cluster],
    ['a list of answers', [DESCRIBED]],
  ])('%s', (_, file) => {
    const cluster = clusterOf({ [`${CLUSTER}/cluster.json`]: file });
    expect(cluster).toMatchObject({ arn: CLUSTER_ARN, name: 'prod', account: A, region: 'eu-west-1', partition: 'aws' });
    expect(cluster.description).toMatchObject({ state: 'collected', value: { mode: 'API', tags: { stage: 'prod' } } });
  });

  test('partition, region and account are the ARN’s; the folder is only compared', () => {
    const arn = 'arn:aws-us-gov:eks:us-gov-west-1:222222222222:cluster/other';
    const inventory = inventoryOf({ [`${CLUSTER}/cluster.json`]: { cluster: { ...DESCRIBED.cluster, name: 'other', arn } } });
    expect(inventory.clusters[0]).toMatchObject({ arn, name: 'other', account: '222222222222', partition: 'aws-us-gov' });
    expect(problemsOf(inventory)).toEqual([`folder-mismatch ${CLUSTER}/cluster.json`]);
    expect([...inventory.accounts.keys()]).toEqual([A, '222222222222']);
  });

  test('without the file the region tells the partition', () => {
    const folder = `accounts/${A}/eks/cn-north-1/prod`;
    const cluster = clusterOf({ [`${folder}/kubernetes.yaml`]: 'kind: List\nitems: []\n' });
    expect(cluster.arn).toBe(`arn:aws-cn:eks:cn-north-1:${A}:cluster/prod`);
    expect(cluster.description.state).toBe('notCollected');
  });

  test('an unknown region without the file is no cluster, and a problem', () => {
    const inventory = inventoryOf({ [`accounts/${A}/eks/mars-1/prod/kubernetes.yaml`]: 'kind: List\nitems: []\n' });
    expect(inventory.clusters).toEqual([]);
    expect(inventory.problems()[0]?.code).toBe('folder-mismatch');
  });

  test('without accessConfig the mode is not guessed', () => {
    const { accessConfig: _, ...old } = DESCRIBED.cluster;
    const { description } = clusterOf({ [`${CLUSTER}/cluster.json`]: { cluster: old } });
    expect(description).toMatchObject({ state: 'notCollected', gap: { id: `mode:${CLUSTER_ARN}` } });
  });

  test('a mode that nobody knows is not guessed either', () => {
    const cluster = { ...DESCRIBED.cluster, accessConfig: { authenticationMode: 'API_ONLY' } };
    expect(clusterOf({ [`${CLUSTER}/cluster.json`]: { cluster } }).description.state).toBe('notCollected');
  });
});

const JOINED: readonly { name: string; files: Files }[] = [
  {
    name: 'describe-access-entry and list-associated-access-policies',
    files: {
      'a.json': { accessEntry: entry },
      'b.json': { associatedAccessPolicies: [associated], clusterName: 'prod', principalArn: P },
    },
  },
  {
    name: 'the policies first',
    files: {
      'a.json': { associatedAccessPolicies: [associated], clusterName: 'prod', principalArn: P },
      'b.json': { accessEntry: entry },
    },
  },
  {
    name: 'associate-access-policy',
    files: {
      'a.json': { accessEntry: entry },
      'b.json': { clusterName: 'prod', principalArn: P, associatedAccessPolicy: associated },
    },
  },
  {
    name: 'both in a row',
    files: {
      'a.json': `${JSON.stringify({ accessEntry: entry })}${JSON.stringify({ associatedAccessPolicies: [associated], principalArn: P })}`,
    },
  },
  { name: 'a list', files: { 'a.json': [{ accessEntry: entry }, { associatedAccessPolicies: [associated], principalArn: P }] } },
  { name: 'one object', files: { 'a.json': { accessEntry: entry, associatedAccessPolicies: [associated] } } },
  {
    name: 'with list-access-entries',
    files: { 'a.json': { accessEntries: [P] }, 'b.json': { accessEntry: entry, associatedAccessPolicies: [associated] } },
  },
];

describe('access entries', () => {
  test.each(JOINED)('are joined by ARN: $name', ({ files }) => {
    const placed = Object.fromEntries(Object.entries(files).map(([name, file]) => [`${ENTRIES}/${name}`, file]));
    const entries = clusterOf({ ...placed, [`${CLUSTER}/cluster.json`]: DESCRIBED }).accessEntries();
    expect(entries).toMatchObject({
      state: 'collected',
      value: [
        {
          principalArn: P,
          type: 'STANDARD',
          username: 'ci',
          groups: ['devs'],
          createdAt: '2025-01-01T00:00:00.000Z',
          policies: { state: 'collected', value: [{ policyArn: VIEW, scope: { type: 'namespace', namespaces: ['shop'] } }] },
        },
      ],
    });
  });

  const STATES: readonly { name: string; files: Files; expected: unknown }[] = [
    { name: 'no file', files: {}, expected: { state: 'notCollected', gap: { id: `access-entries:${CLUSTER_ARN}` } } },
    {
      name: 'an empty list of entries',
      files: { [`${ENTRIES}/list.json`]: { accessEntries: [] } },
      expected: { state: 'collected', value: [] },
    },
    { name: 'an empty list', files: { [`${ENTRIES}.json`]: [] }, expected: { state: 'collected', value: [] } },
    {
      name: 'marked as complete',
      files: { 'inventory.json': { version: 1, complete: [ENTRIES] } },
      expected: { state: 'collected', value: [] },
    },
    {
      name: 'refused',
      files: { 'inventory.json': { version: 1, refused: [{ path: ENTRIES, error: 'AccessDeniedException' }] } },
      expected: { state: 'refused' },
    },
    {
      name: 'an entry without its policies',
      files: { [`${ENTRIES}/a.json`]: { accessEntry: entry } },
      expected: {
        state: 'collected',
        value: [
          { policies: { state: 'notCollected', gap: { command: expect.stringContaining('list-associated-access-policies') } } },
        ],
      },
    },
    {
      name: 'a node entry without policies: it can have none',
      files: { [`${ENTRIES}/a.json`]: { accessEntry: { ...entry, type: 'EC2_LINUX' } } },
      expected: { state: 'collected', value: [{ type: 'EC2_LINUX', policies: { state: 'collected', value: [] } }] },
    },
    {
      name: 'an entry that is listed and not described',
      files: { [`${ENTRIES}/list.json`]: { accessEntries: [P] } },
      expected: {
        state: 'collected',
        value: [
          {
            principalArn: P,
            gap: { state: 'notCollected', command: expect.stringContaining('describe-access-entry') },
            groups: [],
          },
        ],
      },
    },
    {
      name: 'one answer that cannot be read',
      files: { [`${ENTRIES}/a.json`]: { accessEntry: entry }, [`${ENTRIES}/b.json`]: '{"accessEntry"' },
      expected: { state: 'notCollected' },
    },
    {
      name: 'an entry of another cluster',
      files: { [`${ENTRIES}/a.json`]: { accessEntry: { ...entry, clusterName: 'other' } } },
      expected: { state: 'notCollected' },
    },
  ];

  test.each(STATES)('$name', ({ files, expected }) => {
    expect(clusterOf({ [`${CLUSTER}/cluster.json`]: DESCRIBED, ...files }).accessEntries()).toMatchObject(expected as object);
  });
});

describe('access entries that are not of one moment', () => {
  const q = 'arn:aws:iam::111111111111:role/other';
  const policies = { associatedAccessPolicies: [associated], clusterName: 'prod', principalArn: P };
  const wider = { ...associated, accessScope: { type: 'cluster', namespaces: [] } };
  /** Of each entry: its principal, the state of its gap, the state of its policies. */
  const CASES: readonly {
    readonly name: string;
    readonly files: Files;
    readonly entries: readonly (readonly [arn: string, gap: string | undefined, policies: string])[];
    readonly problems: readonly string[];
  }[] = [
    {
      name: 'the list names nobody',
      files: { 'a.json': { accessEntry: entry }, 'a.policies.json': policies, 'list.json': { accessEntries: [] } },
      entries: [[P, 'unjudged', 'collected']],
      problems: ['conflict a.json'],
    },
    {
      name: 'the list names another',
      files: { 'a.json': [{ accessEntry: entry }, policies], 'list.json': { accessEntries: [q] } },
      entries: [
        [q, 'notCollected', 'notCollected'],
        [P, 'unjudged', 'collected'],
      ],
      problems: ['conflict a.json'],
    },
    {
      name: 'only the policies were left behind',
      files: { 'a.policies.json': policies, 'list.json': [] },
      entries: [[P, 'unjudged', 'collected']],
      problems: ['conflict a.policies.json'],
    },
    {
      name: 'the list is a bare one, in pages',
      files: { 'a.json': [{ accessEntry: entry }, policies], 'list.json': [[q], [P]] },
      entries: [
        [q, 'notCollected', 'notCollected'],
        [P, undefined, 'collected'],
      ],
      problems: [],
    },
    {
      name: 'two lists, of which one names it',
      files: {
        'a.json': [{ accessEntry: entry }, policies],
        'l1.json': { accessEntries: [P] },
        'l2.json': { accessEntries: [] },
      },
      entries: [[P, 'unjudged', 'collected']],
      problems: ['conflict a.json'],
    },
    {
      name: 'two pages of one list',
      files: {
        'a.json': [{ accessEntry: entry }, policies],
        'l1.json': { accessEntries: [P], nextToken: 'x' },
        'l2.json': { accessEntries: [] },
      },
      entries: [[P, undefined, 'collected']],
      problems: [],
    },
    {
      name: 'two answers describe it differently',
      files: { 'a.json': [{ accessEntry: entry }, policies], 'b.json': { accessEntry: { ...entry, kubernetesGroups: [] } } },
      entries: [[P, 'unjudged', 'collected']],
      problems: ['conflict b.json'],
    },
    {
      name: 'two answers describe it alike, but for its tags and how the time is written',
      files: {
        'a.json': [{ accessEntry: entry }, policies],
        'b.json': { accessEntry: { ...entry, tags: { a: 'b' }, createdAt: '2025-01-01T00:00:00Z' } },
      },
      entries: [[P, undefined, 'collected']],
      problems: [],
    },
    {
      name: 'a policy has two scopes',
      files: { 'a.json': [{ accessEntry: entry }, policies], 'b.json': { ...policies, associatedAccessPolicies: [wider] } },
      entries: [[P, undefined, 'notCollected']],
      problems: ['conflict a.json'],
    },
    {
      name: 'one list of policies has one more',
      files: { 'a.json': [{ accessEntry: entry }, policies], 'b.json': { ...policies, associatedAccessPolicies: [] } },
      entries: [[P, undefined, 'notCollected']],
      problems: ['conflict b.json'],
    },
    {
      name: 'a policy was associated after its list',
      files: {
        'a.json': [{ accessEntry: entry }, { ...policies, associatedAccessPolicies: [] }],
        'b.json': { clusterName: 'prod', principalArn: P, associatedAccessPolicy: associated },
      },
      entries: [[P, undefined, 'notCollected']],
      problems: ['conflict a.json'],
    },
    {
      name: 'the policies twice and the same',
      files: { 'a.json': [{ accessEntry: entry }, policies], 'b.json': policies },
      entries: [[P, undefined, 'collected']],
      problems: [],
    },
    {
      name: 'the policies in two pages',
      files: {
        'a.json': [{ accessEntry: entry }, { ...policies, nextToken: 'x' }],
        'b.json': { ...policies, associatedAccessPolicies: [] },
      },
      entries: [[P, undefined, 'collected']],
      problems: [],
    },
    {
      name: 'the policies without their last page',
      files: { 'a.json': [{ accessEntry: entry }, { ...policies, NextToken: 'x' }] },
      entries: [[P, undefined, 'notCollected']],
      problems: ['incomplete-pages a.json'],
    },
    {
      name: 'a key stands twice',
      files: {
        'a.json': `{"accessEntry": ${JSON.stringify(entry).replace('{', '{"kubernetesGroups":["x"],')}}`,
        'b.json': policies,
      },
      entries: [[P, 'unjudged', 'collected']],
      problems: ['duplicate-key a.json'],
    },
    {
      name: 'an answer about another cluster',
      files: { 'a.json': [{ accessEntry: entry }, policies], 'b.json': { accessEntry: { ...entry, clusterName: 'other' } } },
      entries: [[P, undefined, 'collected']],
      problems: ['folder-mismatch b.json'],
    },
    {
      name: 'an entry of a cluster of that name in another region',
      files: {
        'a.json': {
          accessEntry: { ...entry, accessEntryArn: `arn:aws:eks:eu-west-2:${A}:access-entry/prod/role/${A}/ci/0` },
        },
        'list.json': [],
      },
      entries: [],
      problems: ['folder-mismatch a.json'],
    },
  ];

  const GARBLED: readonly { name: string; files: Files; entries: (typeof CASES)[number]['entries'] }[] = [
    ...[{ kubernetesGroups: 'devs' }, { kubernetesGroups: [1] }, { username: 7 }, { type: {} }].map((part) => ({
      name: JSON.stringify(part),
      files: { 'a.json': [{ accessEntry: { ...entry, ...part } }, policies] },
      entries: [[P, 'unjudged', 'collected']] as const,
    })),
    ...[
      'x',
      { ...associated, policyArn: undefined },
      { ...associated, accessScope: { type: 'namespace' } },
      { ...associated, accessScope: { type: 'namespace', namespaces: 'shop' } },
      { ...associated, accessScope: { type: 'namespace', namespaces: [1] } },
    ].map((one) => ({
      name: JSON.stringify(one),
      files: { 'a.json': [{ accessEntry: entry }, { associatedAccessPolicies: [one], principalArn: P }] },
      entries: [[P, undefined, 'notCollected']] as const,
    })),
  ];
  test.each([...CASES, ...GARBLED.map((one) => ({ ...one, problems: ['wrong-kind a.json'] }))])(
    '$name',
    ({ files, entries, problems }) => {
      const placed = Object.fromEntries(Object.entries(files).map(([name, file]) => [`${ENTRIES}/${name}`, file]));
      const inventory = inventoryOf({ ...placed, [`${CLUSTER}/cluster.json`]: DESCRIBED });
      const found = inventory.clusters[0]?.accessEntries();
      if (found?.state !== 'collected') throw new Error('not collected');
      expect(found.value.map((one) => [one.principalArn, one.gap?.state, one.policies.state]).sort()).toEqual(entries);
      expect(inventory.problems().map(({ code, file }) => `${code} ${file.slice(ENTRIES.length + 1)}`)).toEqual(problems);
    },
  );

  test('a list of which the last page is missing may lack anybody', () => {
    const files = { 'a.json': { accessEntry: entry }, 'list.json': { accessEntries: [P], nextToken: 'x' } };
    const placed = Object.fromEntries(Object.entries(files).map(([name, file]) => [`${ENTRIES}/${name}`, file]));
    const inventory = inventoryOf({ ...placed, [`${CLUSTER}/cluster.json`]: DESCRIBED });
    expect(inventory.clusters[0]?.accessEntries()).toMatchObject({
      state: 'notCollected',
      gap: { id: `access-entries:${CLUSTER_ARN}` },
    });
    expect(problemsOf(inventory)).toEqual([`incomplete-pages ${ENTRIES}/list.json`]);
  });
});

const RBAC = 'rbac.authorization.k8s.io/v1';
const awsAuth = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'aws-auth', namespace: 'kube-system' },
  data: { mapRoles: '[]' },
};
const coredns = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: {} };
const clusterRole = { apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: 'x' }, rules: [] };
const binding = {
  apiVersion: RBAC,
  kind: 'RoleBinding',
  metadata: { name: 'b', namespace: 'n' },
  roleRef: { apiGroup: RBAC.slice(0, -3), kind: 'ClusterRole', name: 'x' },
  subjects: [],
};
const list = (...items: readonly unknown[]): unknown => ({ apiVersion: 'v1', kind: 'List', items });

describe('kubernetes.yaml', () => {
  const AUTH: readonly { name: string; file: unknown; marks?: unknown; expected: unknown }[] = [
    {
      name: 'there',
      file: list(awsAuth),
      expected: { state: 'collected', value: { data: { mapRoles: '[]' }, origin: { path: ['items', 0, 'data'] } } },
    },
    { name: 'alone in the file', file: awsAuth, expected: { state: 'collected', value: { origin: { path: ['data'] } } } },
    { name: 'plainly not there', file: list(coredns), expected: { state: 'collected', value: null } },
    { name: 'no ConfigMap at all', file: list(clusterRole), expected: { state: 'notCollected' } },
    {
      name: 'ConfigMaps of another namespace',
      file: list({ ...coredns, metadata: { name: 'x', namespace: 'shop' } }),
      expected: { state: 'notCollected' },
    },
    {
      name: 'said to be complete',
      file: list(clusterRole),
      marks: { version: 1, complete: [`${CLUSTER}/kubernetes.yaml#aws-auth`] },
      expected: { state: 'collected', value: null },
    },
    {
      name: 'refused',
      file: list(clusterRole),
      marks: { version: 1, refused: [{ path: `${CLUSTER}/kubernetes.yaml`, part: 'aws-auth', error: 'Forbidden' }] },
      expected: { state: 'refused' },
    },
    {
      name: 'an aws-auth without data',
      file: list({ ...awsAuth, data: undefined }),
      expected: { state: 'collected', value: { data: {} } },
    },
  ];

  test.each(AUTH)('aws-auth: $name', ({ file, marks, expected }) => {
    const cluster = clusterOf({
      [`${CLUSTER}/kubernetes.json`]: file,
      ...(marks === undefined ? {} : { 'inventory.json': marks }),
    });
    expect(cluster.awsAuth()).toMatchObject(expected as object);
  });

  test('roles and bindings with the kinds that are lacking as gaps', () => {
    const rbac = clusterOf({ [`${CLUSTER}/kubernetes.json`]: list(clusterRole, binding) }).rbac();
    if (rbac.state !== 'collected') throw new Error('not collected');
    expect([rbac.value.roles.length, rbac.value.bindings.length]).toEqual([1, 1]);
    expect(rbac.value.bindings[0]?.origin).toEqual({ file: `${CLUSTER}/kubernetes.json`, path: ['items', 1] });
    expect(rbac.value.gaps.map(({ id, state }) => [id, state])).toEqual([
      [`roles:${CLUSTER_ARN}`, 'notCollected'],
      [`clusterrolebindings:${CLUSTER_ARN}`, 'notCollected'],
    ]);
  });

  test.each([
    ['a role', { ...clusterRole, rules: [{ apiGroups: [''], resources: ['pods'], verbs: 'get' }] }, binding],
    ['a binding', clusterRole, { ...binding, subjects: 'x' }],
  ])('%s with a field of another type cannot be judged', (_, role, bound) => {
    const rbac = clusterOf({ [`${CLUSTER}/kubernetes.json`]: list(role, bound) }).rbac();
    expect(rbac.state === 'collected' && rbac.value.gaps.map(({ state }) => state)).toContain('unjudged');
  });

  test('nothing of RBAC is not collected, not empty', () => {
    expect(clusterOf({ [`${CLUSTER}/kubernetes.json`]: list(awsAuth) }).rbac().state).toBe('notCollected');
  });

  test.each([
    [
      'several documents',
      { [`${CLUSTER}/kubernetes.yaml`]: [clusterRole, binding].map((object) => JSON.stringify(object)).join('\n---\n') },
    ],
    [
      'several files',
      { [`${CLUSTER}/kubernetes/a.json`]: clusterRole, [`${CLUSTER}/kubernetes/b.yaml`]: JSON.stringify(list(binding)) },
    ],
    ['lists in a list', { [`${CLUSTER}/kubernetes.json`]: list(list(clusterRole), list(binding)) }],
    [
      'the API’s own lists, whose items have no kind',
      {
        [`${CLUSTER}/kubernetes.json`]: [
          { apiVersion: RBAC, kind: 'ClusterRoleList', items: [{ metadata: { name: 'x' }, rules: [] }] },
          { apiVersion: RBAC, kind: 'RoleBindingList', items: [{ ...binding, kind: undefined, apiVersion: undefined }] },
        ],
      },
    ],
  ])('%s', (_, files) => {
    const rbac = clusterOf(files).rbac();
    expect(rbac.state === 'collected' && [rbac.value.roles.length, rbac.value.bindings.length]).toEqual([1, 1]);
  });

  test('what the API server refused is refused', () => {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', message: 'roles is forbidden' };
    const cluster = clusterOf({ [`${CLUSTER}/kubernetes.json`]: status });
    expect([cluster.rbac().state, cluster.awsAuth().state, cluster.namespaces().state]).toEqual([
      'refused',
      'refused',
      'refused',
    ]);
  });

  test('the words of kubectl’s refusal are refused too', () => {
    const text = 'Error from server (Forbidden): roles.rbac.authorization.k8s.io is forbidden: User "x" cannot list resource';
    expect(clusterOf({ [`${CLUSTER}/kubernetes.yaml`]: text }).rbac().state).toBe('refused');
  });

  test('a file beside a broken one counts, and the gap stays', () => {
    const rbac = clusterOf({
      [`${CLUSTER}/kubernetes/a.json`]: list(clusterRole),
      [`${CLUSTER}/kubernetes/b.json`]: '{"kind":',
    }).rbac();
    expect(rbac.state === 'collected' && rbac.value.gaps.map(({ what }) => what)).toEqual(
      expect.arrayContaining([expect.stringContaining('the file ends early')]),
    );
  });

  test('namespaces', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    expect(clusterOf({ [`${CLUSTER}/kubernetes.json`]: list(namespace) }).namespaces()).toEqual({
      state: 'collected',
      value: ['shop'],
    });
  });
});

describe('creator.json', () => {
  const event = (more: Readonly<Record<string, unknown>> = {}): unknown => ({
    Events: [
      {
        CloudTrailEvent: JSON.stringify({
          eventName: 'CreateCluster',
          awsRegion: 'eu-west-1',
          recipientAccountId: A,
          requestParameters: { name: 'prod' },
          userIdentity: {
            type: 'AssumedRole',
            arn: `arn:aws:sts::${A}:assumed-role/x/s`,
            sessionContext: { sessionIssuer: { arn: P } },
          },
          ...more,
        }),
      },
    ],
  });
  test.each([
    ['a session: its role', event(), P],
    ['a user', event({ userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${A}:user/u` } }), `arn:aws:iam::${A}:user/u`],
    ['written down', { principalArn: P }, P],
    ['another cluster', event({ requestParameters: { name: 'other' } }), 'notCollected'],
    ['another region', event({ awsRegion: 'eu-west-2' }), 'notCollected'],
    ['a call that failed', event({ errorCode: 'AccessDenied' }), 'notCollected'],
  ])('%s', (_, file, expected) => {
    const creator = clusterOf({ [`${CLUSTER}/creator.json`]: file }).creator();
    expect(creator.state === 'collected' ? creator.value : creator.state).toBe(expected);
  });
});

describe('resource policies', () => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const repository = `arn:aws:ecr:eu-west-1:${A}:repository/team/app`;
  const secret = `arn:aws:secretsmanager:eu-west-1:${A}:secret:db-AbCdEf`;
  test.each([
    ['ecr/eu-west-1/app.json', { registryId: A, repositoryName: 'team/app', policyText: text }, repository],
    ['ecr/eu-west-1/team/app.json', JSON.parse(text), repository],
    ['kms/eu-west-1/1234.json', { Policy: text, PolicyName: 'default' }, `arn:aws:kms:eu-west-1:${A}:key/1234`],
    ['kms/eu-west-1/1234/policy.json', { Policy: text }, `arn:aws:kms:eu-west-1:${A}:key/1234`],
    ['secretsmanager/eu-west-1/db.json', { ARN: secret, Name: 'db', ResourcePolicy: text }, secret],
    ['secretsmanager/eu-west-1/db.json', { ARN: secret, Name: 'db' }, secret],
    [
      'ecr/eu-west-1/team/app.json',
      'An error occurred (RepositoryPolicyNotFoundException) when calling the GetRepositoryPolicy operation: no',
      repository,
    ],
  ])('%s %j', (path, file, arn) => {
    const policies = inventoryOf({ [`accounts/${A}/${path}`]: file })
      .accounts.get(A)
      ?.resourcePolicies();
    expect([...(policies ?? [])].map(([key, { document, gap }]) => [key, document, gap])).toEqual([
      [arn, JSON.parse(text), undefined],
    ]);
  });
});

describe('a list of Kubernetes that goes on after its page', () => {
  const rbac = (kind: string, name: string): object => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name, namespace: 'kube-system' },
    ...(kind.endsWith('Binding') ? { roleRef: { kind: 'ClusterRole', name: 'view' } } : {}),
  });
  const whole = ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map((kind) => rbac(kind, 'a'));
  const config = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'other', namespace: 'kube-system' } };
  const namespace = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'shop' } };
  const page = (more: string, ...items: readonly object[]): object => ({
    apiVersion: 'v1',
    kind: 'List',
    metadata: { continue: more },
    items,
  });
  const read = (...pages: readonly object[]): Cluster => clusterOf({ [`${CLUSTER}/kubernetes.json`]: pages });

  test('what it holds counts, and what may follow is a gap', () => {
    const cluster = read(page('more', ...whole, config, namespace));
    expect(cluster.awsAuth().state).toBe('notCollected');
    expect(cluster.namespaces().state).toBe('notCollected');
    const objects = cluster.rbac();
    expect(objects.state === 'collected' && objects.value.bindings).toHaveLength(2);
    expect(objects.state === 'collected' && objects.value.gaps.map(({ what }) => what)).toEqual(
      ['Roles', 'ClusterRoles', 'RoleBindings', 'ClusterRoleBindings'].map((kinds) =>
        expect.stringMatching(new RegExp(`^the ${kinds} of cluster prod \\(the list goes on`)),
      ),
    );
  });

  test('with its last page it is whole', () => {
    const cluster = read(page('more', ...whole, config), page('', ...whole, config, namespace));
    expect(cluster.awsAuth()).toEqual({ state: 'collected', value: null });
    expect(cluster.namespaces()).toEqual({ state: 'collected', value: ['shop'] });
    const objects = cluster.rbac();
    expect(objects.state === 'collected' && objects.value.gaps).toEqual([]);
  });
});

test('files that nothing reads yet are told by their paths', () => {
  const files = [`accounts/${A}/identity-center.json`, `${CLUSTER}/pod-identity-associations.json`];
  const inventory = inventoryOf(Object.fromEntries(files.map((file) => [file, {}])));
  expect([...inventory.unread].sort()).toEqual([...files].sort());
  expect(problemsOf(inventory)).toEqual([]);
});
