import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readGrants } from '../../src/grants/index.ts';

/** A sound file; each case changes lines of it. */
const SOUND = `name: platform
accounts:
  home: { id: "111111111111" }
  delivery: { id: "222222222222" }
clusters:
  prod: { account: home, region: eu-west-1, name: prod, labels: { stage: prod } }
grants:
  - name: deploys
    to: arn:aws:iam::222222222222:role/ci
    on: prod
    access: edit
    namespaces: [web]
`;

/** What is wrong, as `line:column message (hint)`. */
function wrong(text: string): readonly string[] {
  return readGrants(text, 'f').problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

/** The sound file with a text of it changed. */
function changed(from: string, to: string): string {
  if (!SOUND.includes(from)) throw new Error(`${from} is not in the file`);
  return SOUND.replace(from, to);
}

/** The sound file with its grant to others. */
const to = (who: string): string => changed('to: arn:aws:iam::222222222222:role/ci', `to: ${who}`);

const grant = (more: string): string => `${SOUND}    ${more}\n`;

test('a sound file is read with its defaults filled in', () => {
  const { file, problems } = readGrants(SOUND, 'f');
  expect(problems).toEqual([]);
  expect(file?.grants[0]).toMatchObject({
    name: 'deploys',
    to: [{ kind: 'role', arn: 'arn:aws:iam::222222222222:role/ci' }],
    access: { kind: 'clusterRole', name: 'edit' },
    namespaces: ['web'],
    via: 'role',
    require: {},
    session: 3600,
    mechanism: 'auto',
  });
  expect(file?.clusters[0]?.arn).toBe('arn:aws:eks:eu-west-1:111111111111:cluster/prod');
});

test('the example is sound', () => {
  const text = readFileSync(join(import.meta.dirname, '../../examples/article/causeway.yaml'), 'utf8');
  expect(readGrants(text, 'f').problems).toEqual([]);
});

test.each([
  ['labels', changed('on: prod', 'on: { labels: { stage: prod } }')],
  ['a list of clusters', changed('on: prod', 'on: [prod]')],
  ['a permission set', to('{ sso: { permissionSet: Dev, account: delivery } }')],
  ['a permission set by account id', to('{ sso: { permissionSet: Dev, account: "222222222222" } }')],
  ['an environment of GitHub', to('{ github: { repo: o/r, environment: prod } }')],
  ['a ref of GitHub, with ids', to('{ github: { repo: o/r, ref: refs/heads/main, ownerId: 1, repoId: "2" } }')],
  ['irsa', to('{ irsa: { cluster: prod, namespace: a, serviceAccount: b } }')],
  [
    'Pod Identity',
    to(
      '{ podIdentity: { cluster: "arn:aws:eks:eu-west-1:222222222222:cluster/x", namespace: a, serviceAccount: b, role: "arn:aws:iam::222222222222:role/r" } }',
    ),
  ],
  ['a user with MFA', `${changed('role/ci', 'user/ann')}    require: { mfa: true, sessionName: caller }\n`],
  ['a pattern of namespaces', `${changed('[web]', '["web-*"]')}    mechanism: entry-policy\n`],
  ['rules', changed('access: edit', 'access: { rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }] }')],
  ['a policy', changed('access: edit', 'access: { policy: AmazonEKSEditPolicy }')],
  ['an end', grant('expires: 2027-03-31')],
  ['an end with a time', grant('expires: 2027-03-31T18:00:00Z')],
  ['twelve hours', grant('session: 12h')],
])('%s can be written', (_, text) => {
  expect(wrong(text)).toEqual([]);
});

describe('what is wrong is told with line and column', () => {
  test.each([
    ['', '1:1 the file is empty (causeway init writes one)'],
    ['a: [', '1:5 flow sequence'],
    [`${SOUND}---\nname: b\n`, '13:1 the file holds more than one YAML document'],
    [`${SOUND}name: b\n`, '13:1 map keys must be unique'],
    ['[1]', '1:1 a list: a map of keys is expected'],
    [changed('name: platform\n', ''), '1:1 the file has no name'],
    [changed('grants:', 'grant:'), '7:1 unknown key "grant" (did you mean grants?)'],
    [changed('accounts:', 'images: []\naccounts:'), '2:1 images: not yet'],
    [`${SOUND}secrets: []\n`, '13:1 secrets: not yet'],
    [grant('namespace: a'), '13:5 unknown key "namespace" (did you mean namespaces?)'],
    [changed('"111111111111"', '111111111111'), '3:15 an account id is a text: write it in quotes'],
    [changed('"111111111111"', '"1111"'), '3:15 "1111" does not fit: an account id of 12 digits in quotes is expected'],
    [changed('"222222222222"', '"111111111111"'), '4:19 account 111111111111 has the name home already'],
    [changed('account: home', 'account: hone'), '6:20 there is no account "hone" in this file (did you mean home?)'],
    [changed('eu-west-1', 'mars-1'), '6:34 "mars-1" is no region'],
    [changed('on: prod', 'on: pord'), '10:9 there is no cluster "pord" in this file (did you mean prod?)'],
    [changed('on: prod', 'on: [prod, prod]'), '10:16 cluster "prod" stands twice'],
    [changed('on: prod', 'on: { labels: { stage: test } }'), '10:19 no cluster of this file has these labels'],
    [changed('on: prod', 'on: { labels: {} }'), '10:19 no labels: every cluster would be meant'],
    [
      changed('access: edit', 'access: edt'),
      '11:13 "edt": one of view, audit, edit, admin and cluster-admin is expected (did you mean edit?)',
    ],
    [changed('access: edit', 'access: { clusterrole: x }'), '11:15 unknown key "clusterrole" (did you mean clusterRole?)'],
    [
      changed('access: edit', 'access: { policy: AmazonEKSEditorPolicy }'),
      '11:23 no access policy of the name AmazonEKSEditorPolicy is known (did you mean AmazonEKSEditPolicy or ',
    ],
    [
      changed('access: edit', 'access: { policy: AmazonEKSEventPolicy }'),
      '11:23 AWS does not publish what AmazonEKSEventPolicy allows',
    ],
    [
      changed('access: edit', 'access: { rules: [{ resources: [pods], verbs: [get] }] }'),
      '11:23 a rule for resources names both apiGroups and resources (apiGroups: [""] is the core group',
    ],
    [
      changed('access: edit', 'access: { rules: [{ nonResourceURLs: [/metrics], verbs: [get] }] }'),
      '11:23 paths are of the whole cluster',
    ],
    [changed('    access: edit\n', ''), '8:5 the grant has no access'],
    [changed('name: deploys', 'name: Deploys'), '8:11 "Deploys" does not fit: a name of a-z, 0-9 and "-" is expected'],
    [changed('name: deploys', 'name: audit'), '8:11 no grant may be named "audit"'],
    [changed('[web]', '[web, web]'), '12:23 namespace "web" stands twice'],
    [changed('[web]', '["*"]'), '12:18 "*" cannot be the name of a namespace (leave namespaces out: the whole cluster)'],
    [changed('[web]', '["web-*"]'), '12:17 "web-*": a binding of Kubernetes is made in one namespace'],
    [changed('[web]', '[]'), '12:17 an empty list'],
    [changed('role/ci', 'group/ci'), '9:9 arn:aws:iam::222222222222:group/ci is a group'],
    [
      changed('arn:aws:iam::222222222222:role/ci', 'arn:aws:sts::222222222222:assumed-role/ci/s'),
      '9:9 arn:aws:sts::222222222222:assumed-role/ci/s is a session, and sessions end (write the role: arn:aws:iam::222222222222:role/ci',
    ],
    [changed('role/ci', 'root'), '9:9 arn:aws:iam::222222222222:root means every principal of account 222222222222'],
    [
      changed('arn:aws:iam', 'arn:aws-cn:iam'),
      '9:9 arn:aws-cn:iam::222222222222:role/ci is of partition aws-cn and cluster prod of aws',
    ],
    [
      changed('role/ci', 'role/aws-service-role/x/ci'),
      '9:9 arn:aws:iam::222222222222:role/aws-service-role/x/ci is a service-linked role',
    ],
    [
      changed('role/ci', 'role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Dev_0123456789abcdef'),
      'write sso: { permissionSet: Dev, account: "222222222222" }',
    ],
    [to('[arn:aws:iam::222222222222:role/ci, arn:aws:iam::222222222222:role/ci]'), '9:45 the same principal stands twice'],
    [to('{ github: { repo: o/r } }'), '9:19 one of environment and ref is expected'],
    [to('{ github: { repo: o/r, enviroment: x } }'), '9:32 unknown key "enviroment" (did you mean environment?)'],
    [to('{ github: { repo: o/r, environment: "*" } }'), '9:45 "*": blanks'],
    [
      to('{ github: { repo: o/r, environment: x }, sso: { permissionSet: a, account: home } }'),
      '9:9 one of sso, github, irsa and podIdentity is expected',
    ],
    [grant('via: directly'), '13:10 "directly": one of role and direct is expected (did you mean direct?)'],
    [
      `${grant('via: direct')}    require: { externalId: abc }\n`,
      '14:5 with via: direct nothing in the account of the cluster can ask for externalId',
    ],
    [grant('require: { mfa: true }'), '13:21 users alone can bring MFA'],
    [grant('require: { externalId: a }'), '13:28 "a" does not fit: a text of 2 to 1224 characters'],
    [grant('require: { sourceIp: 10.0.0.0/33 }'), '13:26 "10.0.0.0/33" is no address'],
    [
      grant('require: { sourceIp: 10.0.0.0/8, vpcEndpoint: vpce-0123456789abcdef0 }'),
      '13:26 a call through a VPC endpoint has no source address',
    ],
    [grant('session: 30m'), '13:14 "30m": the longest session of a role is 1h to 12h'],
    [grant('expires: 2027-02-30'), '13:14 "2027-02-30" is no day of the calendar'],
    [grant('expires: 31.03.2027'), '13:14 "31.03.2027" does not fit: a date such as 2027-03-31'],
    [
      `${changed('access: edit', 'access: { policy: AmazonEKSEditPolicy }')}    mechanism: entry-group\n`,
      '13:16 an access policy comes with an access entry alone',
    ],
    [`${changed('access: edit', 'access: audit')}    mechanism: entry-policy\n`, '13:16 no access policy says this'],
    [`${SOUND}${SOUND.slice(SOUND.indexOf('  - name'))}`, '13:11 another grant has the name "deploys"'],
    [changed('home: {', '__proto__: {'), '3:3 "__proto__" is no name and no key of a grants file'],
    [changed('access: edit', 'access: ed\u0000it'), '11:15 the file holds a control character (U+0000)'],
    [`a: ${'['.repeat(100_000)}`, '1:1 the file is nested too deeply'],
  ])('%#', (text, expected) => {
    expect(wrong(text).join('\n')).toContain(expected);
  });
});

/** Two grants of direct access, of which the second has keys of its own. */
const twice = (keys: string, who = '"arn:aws:iam::222222222222:role/ci"', first = who): string => `name: platform
accounts: { home: { id: "111111111111" }, delivery: { id: "222222222222" } }
clusters: { prod: { account: home, region: eu-west-1, name: prod }, test: { account: home, region: eu-west-1, name: test } }
grants:
  - { name: one, to: ${first}, on: prod, access: view, namespaces: [web], via: direct }
  - { name: two, to: ${who}, via: direct, ${keys} }
`;

describe('two grants of direct access for one principal are refused, with both places and the way out', () => {
  const ARN = 'arn:aws:iam::222222222222:role/ci';
  const SSO = '{ sso: { permissionSet: Dev, account: delivery } }';
  const pod = (serviceAccount: string): string =>
    `{ podIdentity: { cluster: prod, namespace: a, serviceAccount: ${serviceAccount}, role: "${ARN}" } }`;
  const SET = 'permission set Dev of account 222222222222';

  test.each<readonly [text: string, who: string, hint: string]>([
    [twice('on: prod, access: view, namespaces: [pay]'), ARN, 'take two out, and write one with namespaces: [pay, web]'],
    [twice('on: prod, access: view, namespaces: [web]'), ARN, 'take two out, and write one with namespaces: [web]'],
    [
      twice('on: prod, access: view'),
      ARN,
      'take two out, and write one without namespaces: one of them is for the whole cluster',
    ],
    [
      twice('on: prod, access: edit, namespaces: [pay]'),
      ARN,
      'they differ in access, so one grant cannot say both: write via: role',
    ],
    [twice('on: [prod, test], access: view, expires: 2027-03-31'), ARN, 'they differ in on, expires, so'],
    [twice('on: prod, access: view', SSO), SET, 'take two out'],
    [twice('on: prod, access: view', pod('x'), `"${ARN}"`), ARN, 'they differ in to, so'],
    [twice('on: prod, access: view', pod('x'), pod('y')), ARN, 'they differ in to, so'],
  ])('%#', (text, who, hint) => {
    const problems = readGrants(text, 'f').problems.filter(({ severity }) => severity === 'error');
    expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      `6 ${who} has direct access to prod by grant one already, and a cluster knows a principal by one entry, which one grant owns (f:5:13)`,
    ]);
    expect(problems[0]?.hint).toContain(hint);
  });

  test.each([
    [twice('on: test, access: view')],
    [twice('on: prod, access: edit').replace('[web], via: direct', '[web], via: role')],
    [twice('on: prod, access: edit', '"arn:aws:iam::222222222222:role/other"', `"${ARN}"`)],
    [twice('on: test, access: edit', `[${pod('x')}, ${pod('y')}]`)],
  ])('but not %#', (text) => {
    expect(readGrants(text, 'f').problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

test('everything that is wrong is told at once, in the order of the file', () => {
  const text = changed('account: home', 'account: hone').replace('on: prod', 'on: pord').replace('role/ci', 'root');
  expect(readGrants(text, 'f').problems.map(({ line }) => line)).toEqual([6, 9, 10]);
});
