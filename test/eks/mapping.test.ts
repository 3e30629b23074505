import { describe, expect, test } from 'vitest';
import { collected } from '../../src/base/index.ts';
import { type Mapping, mapIdentity } from '../../src/rules/eks/index.ts';
import { awsAuth, entry, hidden, rolesYaml, session, source } from './make.ts';

const CI = 'arn:aws:iam::222222222222:role/ci';

function codes(mapping: Mapping): readonly string[] {
  return mapping.notes.map((note) => note.code);
}

describe('notes', () => {
  const near: readonly [what: string, arn: string, code: string, text: string][] = [
    ['a path', 'arn:aws:iam::222222222222:role/team/ci', 'arn-with-path', `write ${CI}`],
    ['a session', 'arn:aws:sts::222222222222:assumed-role/ci/build-7', 'sts-arn', 'a session and not the role'],
    ['a session without its name', 'arn:aws:sts::222222222222:assumed-role/ci', 'sts-arn', `write ${CI}`],
    ['another account', 'arn:aws:iam::333333333333:role/ci', 'other', 'of account 333333333333'],
    ['another partition', 'arn:aws-cn:iam::222222222222:role/ci', 'other', 'of partition aws-cn'],
    ['a wildcard', 'arn:aws:iam::222222222222:role/*', 'other', 'no wildcards'],
    ['the root of the account', 'arn:aws:iam::222222222222:root', 'other', 'the root user alone'],
    ['a space', `"${CI} "`, 'other', 'white space'],
  ];
  test.each(near)('a row with %s', (_what, arn, code, text) => {
    const mapping = mapIdentity(source({ awsAuth: awsAuth({ mapRoles: rolesYaml({ arn: 'x' }, { arn }) }) }), session());
    expect(mapping.result).toBe('unauthorized');
    expect(mapping.notes).toHaveLength(1);
    expect(mapping.notes[0]).toMatchObject({ code, text: expect.stringContaining(text) });
    expect(mapping.notes[0]?.text).toContain('row 2 of mapRoles');
    expect(mapping.notes[0]?.origin?.nested).toEqual({ syntax: 'yaml', path: [1] });
  });

  test('a row of somebody else is not mentioned', () => {
    const other = rolesYaml({ arn: 'arn:aws:iam::222222222222:role/other' });
    expect(mapIdentity(source({ awsAuth: awsAuth({ mapRoles: other }) }), session()).notes).toEqual([]);
  });

  test('the lost duplicate, the overridden row and the row that the mode ignores', () => {
    const twice = awsAuth({ mapRoles: rolesYaml({ arn: CI, username: 'a' }, { arn: CI, username: 'b' }) });
    expect(codes(mapIdentity(source({ awsAuth: twice }), session()))).toEqual(['duplicate']);
    const entries = collected([entry()]);
    expect(codes(mapIdentity(source({ awsAuth: twice, accessEntries: entries }), session()))).toEqual([
      'overridden',
      'overridden',
    ]);
    expect(codes(mapIdentity(source({ mode: 'API', awsAuth: twice }), session()))).toEqual([
      'ignored-by-mode',
      'ignored-by-mode',
    ]);
    const configMap = source({ mode: 'CONFIG_MAP', accessEntries: entries, creator: 'arn:aws:iam::111111111111:role/founder' });
    expect(codes(mapIdentity(configMap, session()))).toEqual(['ignored-by-mode']);
  });

  test('a recreated principal, an sso row, a wrong data key, groups as a text', () => {
    const late = session('ci', 'x', { createDate: '2026-05-01T00:00:00Z' });
    const recreated = mapIdentity(source({ accessEntries: collected([entry({ createdAt: '2026-03-01T00:00:00Z' })]) }), late);
    expect(recreated.result).toBe('unauthorized');
    expect(codes(recreated)).toEqual(['recreated']);
    const sso = '- sso: {permissionSetName: Audit, accountID: "222222222222"}\n  username: a\n';
    const found = mapIdentity(source({ awsAuth: awsAuth({ mapRoles: sso }) }), session('AWSReservedSSO_Audit_0123'));
    expect(found.notes[0]?.text).toContain('write rolearn: arn:aws:iam::222222222222:role/AWSReservedSSO_Audit_0123');
    const key = mapIdentity(source({ awsAuth: awsAuth({ MapRoles: rolesYaml({ arn: CI }) }) }), session());
    expect(key.notes[0]?.text).toContain('"mapRoles" is meant');
    const groups = mapIdentity(
      source({ awsAuth: awsAuth({ mapRoles: `- rolearn: ${CI}\n  groups: system:masters\n` }) }),
      session(),
    );
    expect(groups).toMatchObject({ result: 'mapped', username: '', groups: [] });
    expect(groups.notes).toMatchObject([{ code: 'broken-row', text: expect.stringContaining('without groups') }]);
  });
});

describe('any session of a role', () => {
  const role = { arn: 'arn:aws:iam::222222222222:role/team/ci', account: '222222222222' };
  test('templates stay and the answer is open', () => {
    const rows = awsAuth({ mapRoles: rolesYaml({ arn: CI, username: '{{AccountID}}:{{SessionName}}', groups: ['g'] }) });
    expect(mapIdentity(source({ awsAuth: rows }), role)).toMatchObject({
      result: 'mapped',
      username: '222222222222:{{SessionName}}',
      open: true,
    });
  });
  test('its path is compared with the entry', () => {
    const own = collected([entry({ principalArn: role.arn })]);
    expect(mapIdentity(source({ accessEntries: own }), role).by).toBe('accessEntry');
    expect(mapIdentity(source({ accessEntries: collected([entry()]) }), role).result).toBe('unauthorized');
  });
  test('a name without a template is not open', () => {
    const rows = awsAuth({ mapRoles: rolesYaml({ arn: CI, username: 'ci' }) });
    expect(mapIdentity(source({ awsAuth: rows }), role)).toMatchObject({ username: 'ci', open: false });
  });
});

describe('what is not known', () => {
  test('a bound unique id decides, and is a gap when the caller has none', () => {
    const bound = source({ accessEntries: collected([entry({ boundUniqueId: 'AROAONE' })]) });
    expect(mapIdentity(bound, session('ci', 'x', { uniqueId: 'AROAONE' })).result).toBe('mapped');
    expect(mapIdentity(bound, session('ci', 'x', { uniqueId: 'AROATWO' })).result).toBe('unauthorized');
    const open = mapIdentity(bound, session());
    expect(open).toMatchObject({ result: 'unknown', gaps: [{ command: 'aws iam get-role --role-name ci' }] });
  });
  test('a creator is of the cluster account, so a foreign caller is firmly nobody', () => {
    const at = (cluster: string) => mapIdentity(source({ mode: 'CONFIG_MAP', cluster }), session()).result;
    expect(at('arn:aws:eks:eu-west-1:111111111111:cluster/prod')).toBe('unauthorized');
    expect(at('arn:aws:eks:eu-west-1:222222222222:cluster/prod')).toBe('unknown');
  });
  test('a mapped caller who may be the creator has at least what the row gives', () => {
    const rows = awsAuth({ mapRoles: rolesYaml({ arn: CI, username: 'ci' }) });
    const mapping = mapIdentity(source({ mode: 'CONFIG_MAP', awsAuth: rows }), session());
    expect(mapping).toMatchObject({ result: 'mapped', by: 'mapRoles', gaps: [{ state: 'notCollected' }] });
  });
  test('a federated user can have no entry, so hidden entries do not matter', () => {
    const federated = { arn: 'arn:aws:sts::222222222222:federated-user/ann', account: '222222222222' };
    expect(mapIdentity(source({ accessEntries: hidden('entries') }), federated).result).toBe('unauthorized');
  });
  test('two differing entries of one principal', () => {
    const entries = collected([entry(), entry({ username: 'other' })]);
    expect(mapIdentity(source({ accessEntries: entries }), session())).toMatchObject({
      result: 'unknown',
      gaps: [{ state: 'unjudged' }],
    });
    expect(mapIdentity(source({ accessEntries: collected([entry(), entry()]) }), session()).result).toBe('mapped');
  });
  describe('an entry of which it is not known whether it stands', () => {
    const gap = { kind: 'gap', id: 'x', state: 'unjudged', what: 'whether the entry stands' } as const;
    const doubtful = entry({ gap, createdAt: '2026-03-01T00:00:00Z' });
    const rows = awsAuth({ mapRoles: rolesYaml({ arn: CI, username: 'ci' }) });
    test('neither maps the caller nor leaves it to a row', () => {
      const found = mapIdentity(source({ awsAuth: rows, accessEntries: collected([doubtful]) }), session());
      expect(found).toMatchObject({ result: 'unknown', groups: [], by: null, gaps: [gap] });
    });
    test('is not ruled out by its time or by another id that it is bound to', () => {
      const late = session('ci', 'x', { createDate: '2026-05-01T00:00:00Z', uniqueId: 'AROATWO' });
      const bound = { ...doubtful, boundUniqueId: 'AROAONE' };
      for (const one of [doubtful, bound])
        expect(mapIdentity(source({ accessEntries: collected([one]) }), late).gaps).toEqual([gap]);
    });
    test('does not matter to others', () => {
      const other = { ...doubtful, principalArn: 'arn:aws:iam::222222222222:role/other' };
      expect(mapIdentity(source({ awsAuth: rows, accessEntries: collected([other]) }), session()).by).toBe('mapRoles');
    });
  });
  test('data that is not a text is no ConfigMap', () => {
    expect(mapIdentity(source({ awsAuth: awsAuth({ mapRoles: [{ rolearn: CI }] }) }), session()).result).toBe('unknown');
  });
  test('the policies of an entry come with it as they were collected', () => {
    const policies = hidden('policies');
    expect(mapIdentity(source({ accessEntries: collected([entry({ policies })]) }), session()).policies).toBe(policies);
  });
});

test('the deciding row is pointed at', () => {
  const rows = awsAuth({ mapRoles: rolesYaml({ arn: 'x' }, { arn: CI }) });
  expect(mapIdentity(source({ awsAuth: rows }), session()).origin).toEqual({
    file: 'kubernetes.yaml',
    path: [0, 'data', 'mapRoles'],
    nested: { syntax: 'yaml', path: [1] },
  });
});

test('an entry follows its unique id through a renaming', () => {
  const entries = collected([entry({ principalArn: 'arn:aws:iam::222222222222:user/old', boundUniqueId: 'AIDAX' })]);
  const caller = { arn: 'arn:aws:iam::222222222222:user/new', account: '222222222222', uniqueId: 'AIDAX' };
  expect(mapIdentity(source({ accessEntries: entries }), caller).by).toBe('accessEntry');
  expect(mapIdentity(source({ accessEntries: entries }), { ...caller, uniqueId: 'AIDAY' }).result).toBe('unauthorized');
});

test('notes can be left out', () => {
  const near = awsAuth({ mapRoles: rolesYaml({ arn: 'arn:aws:iam::222222222222:role/team/ci' }) });
  expect(mapIdentity(source({ awsAuth: near }), session(), { notes: false }).notes).toEqual([]);
});

test('the root user: its canonical name has no slash, and an entry of a root is nothing that AWS documents', () => {
  const root = { arn: 'arn:aws:iam::222222222222:root', account: '222222222222' };
  const entries = collected([entry({ principalArn: root.arn })]);
  expect(mapIdentity(source({ accessEntries: entries }), root)).toMatchObject({
    result: 'unknown',
    gaps: [{ state: 'unjudged' }],
  });
  expect(mapIdentity(source({ accessEntries: collected([entry()]) }), root).result).toBe('unauthorized');
});

test('mapAccounts goes by the account that STS reported', () => {
  const rows = awsAuth({ mapAccounts: "- '333333333333'\n" });
  const result = (account: string) => mapIdentity(source({ awsAuth: rows }), session('ci', 'x', { account })).result;
  expect([result('333333333333'), result('222222222222')]).toEqual(['mapped', 'unauthorized']);
});

test.each(['{{AccountID}}:x', 'a:{{AccessKeyID}}', 'a:{{EC2PrivateDNSName}}'])(
  'the name %s of an entry is not documented',
  (username) => {
    const mapping = mapIdentity(source({ accessEntries: collected([entry({ username })]) }), session());
    expect(mapping).toMatchObject({ result: 'mapped', username: null, groups: ['entry'], gaps: [{ state: 'unjudged' }] });
  },
);

describe('the creator of a CONFIG_MAP cluster', () => {
  const role = (path: string, account = '222222222222'): string => `arn:aws:iam::${account}:role${path}ci`;
  const asked = (creator: string | undefined, roleArn?: string) =>
    mapIdentity(
      source({
        mode: 'CONFIG_MAP',
        cluster: `arn:aws:eks:eu-west-1:222222222222:cluster/prod`,
        ...(creator === undefined ? {} : { creator }),
      }),
      session('ci', 'build-7', roleArn === undefined ? {} : { roleArn }),
    );

  test.each([
    ['the same role', role('/'), role('/'), 'mapped'],
    ['the same role with its path', role('/team/'), role('/team/'), 'mapped'],
    ['a path on one side, not known on the other', role('/team/'), undefined, 'mapped'],
    ['no path on the side of the creator', role('/'), role('/team/'), 'mapped'],
    ['no path on the side of the caller', role('/team/'), role('/'), 'mapped'],
    ['two paths of one name', role('/old/'), role('/new/'), 'unknown'],
    ['another account', role('/', '333333333333'), role('/'), 'unauthorized'],
    ['another name', 'arn:aws:iam::222222222222:role/cd', role('/'), 'unauthorized'],
    ['what is no ARN', 'somebody', role('/'), 'unauthorized'],
  ])('%s', (_, creator, roleArn, result) => {
    expect(asked(creator, roleArn).result).toBe(result);
  });

  test('a creator that nobody knows is a gap with its side and the command that tells', () => {
    expect(asked(undefined).gaps).toEqual([
      {
        kind: 'gap',
        id: 'eks-creator:arn:aws:eks:eu-west-1:222222222222:cluster/prod',
        state: 'notCollected',
        what: `whether ${CI} created the cluster`,
        side: 'arn:aws:eks:eu-west-1:222222222222:cluster/prod',
        command: 'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateCluster',
      },
    ]);
    const [gap] = asked(role('/old/'), role('/new/')).gaps;
    expect(gap).toMatchObject({ state: 'unjudged', what: expect.stringContaining('is still the') });
    expect(gap).not.toHaveProperty('command');
  });
});

describe('an entry that is not the caller\u2019s', () => {
  const about = (more: Parameters<typeof entry>[0], identity = session()) =>
    mapIdentity(source({ accessEntries: collected([entry(more)]) }), identity);

  test.each([
    ['of another account', 'arn:aws:iam::333333333333:role/ci'],
    ['of another partition', 'arn:aws-cn:iam::222222222222:role/ci'],
    ['of another kind', 'arn:aws:iam::222222222222:user/ci'],
    ['of another service', 'arn:aws:sts::222222222222:assumed-role/ci'],
    ['that names nobody', 'role/ci'],
  ])('%s is not mentioned', (_, principalArn) => {
    expect(about({ principalArn })).toMatchObject({ result: 'unauthorized', notes: [], gaps: [] });
  });

  test('another path is mentioned, whatever id the entry is bound to', () => {
    const other = { principalArn: 'arn:aws:iam::222222222222:role/old/ci', boundUniqueId: 'AROAOLD' };
    const mapping = about(other, session('ci', 'x', { roleArn: 'arn:aws:iam::222222222222:role/new/ci', uniqueId: 'AROANEW' }));
    expect(mapping).toMatchObject({ result: 'unauthorized', notes: [{ code: 'other' }] });
    expect(mapping.notes[0]?.text).toContain('names another path');
  });

  test('another spelling may be the same: nobody says', () => {
    const mapping = about({ principalArn: 'arn:aws:iam::222222222222:role/CI' }, session('ci', 'x', { roleArn: CI }));
    expect(mapping).toMatchObject({ result: 'unknown', gaps: [{ state: 'unjudged' }] });
  });

  test('a template among the groups of an entry: nobody says what EKS makes of it', () => {
    expect(about({ groups: ['ops', 'team:{{SessionName}}'] })).toMatchObject({
      result: 'unknown',
      gaps: [{ state: 'unjudged' }],
    });
  });

  test('a bound id of another principal is told with both ids', () => {
    const mapping = about({ boundUniqueId: 'AROAOLD' }, session('ci', 'x', { uniqueId: 'AROANEW' }));
    expect(mapping.notes[0]?.text).toMatch(/is bound to AROAOLD, while the principal now has AROANEW/);
  });
});
