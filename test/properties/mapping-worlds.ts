import fc from 'fast-check';
import type { CallerCase, EntryCase, MappingCase } from '../oracle/mapping.ts';

const A = '111111111111';
const B = '222222222222';

/** The id that the principal of an ARN has today; no two principals share one. */
function uniqueIdOf(arn: string): string {
  return `${arn.includes(':user/') ? 'AIDA' : 'AROA'}-${arn}`;
}

function roleSession(account: string, path: string, name: string, session: string): CallerCase {
  return {
    arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
    accountId: account,
    accessKeyId: 'ASIAEXAMPLE000000001',
    principalArn: `arn:aws:iam::${account}:role/${path}${name}`,
    uniqueId: uniqueIdOf(`arn:aws:iam::${account}:role/${path}${name}`),
    createDate: '2026-02-01T00:00:00Z',
  };
}

const CALLERS: readonly CallerCase[] = [
  roleSession(B, '', 'ci', 'build-7'),
  roleSession(B, 'team/', 'ci', 'ann@example.com'),
  roleSession(A, '', 'node', 'i-0a1b2c3d'),
  roleSession(A, '', 'node', 'i-0123456789abcdef0'),
  {
    arn: `arn:aws:iam::${B}:user/team/dora`,
    accountId: B,
    accessKeyId: 'AKIAEXAMPLE000000001',
    principalArn: `arn:aws:iam::${B}:user/team/dora`,
    uniqueId: uniqueIdOf(`arn:aws:iam::${B}:user/team/dora`),
    createDate: '2026-02-01T00:00:00Z',
  },
];

const ROW_ARNS = [
  `arn:aws:iam::${B}:role/ci`,
  `arn:aws:iam::${B}:role/ci`,
  `arn:aws:iam::${B}:role/CI`,
  `arn:aws:iam::${B}:role/team/ci`,
  `arn:aws:iam::${A}:role/node`,
  `arn:aws:sts::${B}:assumed-role/ci/build-7`,
  `arn:aws:iam::${B}:user/team/dora`,
  `arn:aws:iam::${B}:user/team/Dora`,
  `arn:aws:iam::${B}:user/dora`,
  `arn:aws:iam::${B}:role/*`,
];
const USERNAMES = [
  'ci',
  '',
  'ci:{{SessionName}}',
  '{{SessionNameRaw}}',
  'node:{{EC2PrivateDNSName}}',
  '{{AccountID}}/{{AccessKeyID}}',
  '{{Unknown}}',
];
const GROUP_LISTS = [[], ['ops'], ['ops', 'dev'], ['team-{{SessionName}}'], ['system:masters']];

/** A row's lines, well formed or in one of the ways in which people get them wrong. */
const row = (arnKey: string): fc.Arbitrary<string> =>
  fc
    .record({
      key: fc.constantFrom(arnKey, arnKey, arnKey, arnKey.toUpperCase(), arnKey.replace('arn', 'ARN'), 'arn'),
      arn: fc.constantFrom(...ROW_ARNS),
      username: fc.option(fc.constantFrom(...USERNAMES), { freq: 5 }),
      twice: fc.integer({ min: 0, max: 9 }),
      groups: fc.option(fc.constantFrom(...GROUP_LISTS), { freq: 5 }),
      style: fc.constantFrom('block', 'flow', 'indented', 'text', 'null'),
      odd: fc.integer({ min: 0, max: 29 }),
    })
    .map(({ key, arn, username, twice, groups, style, odd }) => {
      if (odd === 0) return '- hello\n';
      if (odd === 1) return '-\n';
      if (odd === 2) return `- sso:\n    permissionSetName: Admin\n    accountID: "${B}"\n  username: sso\n`;
      if (odd === 3) return `- ${key}: ""\n  username: empty\n`;
      if (odd === 4) return `- ${key}: ${arn}\n   username: broken\n`;
      let text = `- ${key}: ${odd === 5 ? `"${arn} "` : arn}\n`;
      if (username !== null) text += `  username: ${JSON.stringify(username)}\n`;
      if (username !== null && twice === 0) text += '  username: again\n';
      if (username !== null && twice === 1) text = text.replace('  username:', '  userName:');
      if (groups === null) return text;
      if (style === 'text') return `${text}  groups: ops\n`;
      if (style === 'null') return `${text}  groups:\n`;
      if (style === 'flow') return `${text}  groups: [${groups.map((group) => JSON.stringify(group)).join(', ')}]\n`;
      const indent = style === 'block' ? '  ' : '    ';
      return groups.length === 0
        ? `${text}  groups: []\n`
        : `${text}  groups:\n${groups.map((group) => `${indent}- ${JSON.stringify(group)}\n`).join('')}`;
    });

const section = (arnKey: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 10, arbitrary: fc.array(row(arnKey), { minLength: 1, maxLength: 4 }).map((rows) => rows.join('')) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '``', '""', "''", ' \n', '[]', 'hello', 'rolearn: x', '- [', '# nothing\n', '- {}'),
    },
  );

const accounts = fc.constantFrom(`- "${B}"\n`, `- ${A}\n- ${B}\n`, '- "333333333333"\n', B, '[]', `["${A}"]`, '- [');

/** The `data` of aws-auth. */
export const awsAuthData: fc.Arbitrary<Readonly<Record<string, string>> | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 12,
    arbitrary: fc.record(
      { mapRoles: section('rolearn'), mapUsers: section('userarn'), mapAccounts: accounts, maproles: section('rolearn') },
      { requiredKeys: [] },
    ),
  },
);

const entryArns = [
  `arn:aws:iam::${B}:role/ci`,
  `arn:aws:iam::${B}:role/team/ci`,
  `arn:aws:iam::${A}:role/node`,
  `arn:aws:iam::${B}:user/team/dora`,
];
const entry: fc.Arbitrary<EntryCase> = fc
  .record({
    principalArn: fc.constantFrom(...entryArns),
    username: fc.option(fc.constantFrom('fixed', 'ci:{{SessionName}}', 'ci:{{SessionNameRaw}}'), { freq: 2 }),
    kubernetesGroups: fc.constantFrom<readonly string[]>([], ['ops'], ['ops', 'dev']),
    /** Entries of a principal that was made again are older than it, and those bound to its present id are not. */
    bound: fc.constantFrom('unrecorded', 'unrecorded', 'current', 'former', 'former, unrecorded'),
  })
  .map(({ username, bound, ...rest }) => ({
    ...rest,
    type: 'STANDARD',
    createdAt: bound.startsWith('former') ? '2026-01-01T00:00:00Z' : '2026-03-01T00:00:00Z',
    ...(username === null ? {} : { username }),
    ...(bound.endsWith('unrecorded')
      ? {}
      : { boundUniqueId: bound === 'current' ? uniqueIdOf(rest.principalArn) : 'AROAOFONEDELETED' }),
  }));

const nodeEntry: fc.Arbitrary<EntryCase> = fc
  .constantFrom('EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX', 'HYBRID_LINUX')
  .map((type) => ({
    principalArn: `arn:aws:iam::${A}:role/node`,
    type,
    kubernetesGroups: ['system:nodes'],
    createdAt: '2026-03-01T00:00:00Z',
  }));

/** A closed world of the mapping hop: nothing that could matter is unknown. */
export const mappingWorld: fc.Arbitrary<MappingCase> = fc.record({
  authenticationMode: fc.constantFrom('CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'),
  awsAuth: awsAuthData,
  accessEntries: fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: nodeEntry }), {
    maxLength: 3,
    selector: (one) => one.principalArn,
  }),
  caller: fc.constantFrom(...CALLERS),
  creator: fc.constantFrom(`arn:aws:iam::${A}:role/founder`, `arn:aws:iam::${A}:role/founder`, `arn:aws:iam::${B}:role/ci`),
  ec2PrivateDnsNames: fc.constant({
    'i-0a1b2c3d': 'ip-10-0-9-9.eu-west-1.compute.internal',
    'i-0123456789abcdef0': 'ip-10-0-1-2.eu-west-1.compute.internal',
  }),
});
