import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/access/index.ts';
import { arn, ask, CLUSTER, document, statement, trusts, via, type WorldSketch, world } from './world.ts';

const A = '111111111111';
const B = '222222222222';
const C = '333333333333';
const deploy = arn(A, 'deploy');
const ci = arn(B, 'ci');
const mayDeploy = statement({ Resource: deploy });
const everywhere = { entries: [{ principalArn: deploy, policies: ['AmazonEKSViewPolicy'] }] };

/** Two accounts and one way in; each test changes one thing about it. */
function simple(
  more: { readonly trust?: unknown; readonly allow?: readonly unknown[]; readonly cluster?: WorldSketch['cluster'] } = {},
) {
  return world({
    roles: {
      [A]: { deploy: { trust: more.trust ?? trusts(ci) } },
      [B]: { ci: { trust: document([]), allow: more.allow ?? [mayDeploy] } },
    },
    cluster: more.cluster ?? everywhere,
  });
}

const verdicts = ({ hops }: Answer): string => hops.map(({ kind, verdict }) => `${kind} ${verdict}`).join(', ');

describe('conditions', () => {
  const wants = (condition: unknown): unknown => trusts(ci, { Condition: condition });

  test('an open key makes an allow if, a stated one settles it', () => {
    const inventory = simple({ trust: wants({ StringEquals: { 'sts:ExternalId': 'c0ffee' } }) });
    const open = ask(inventory, { as: ci });
    expect(open).toMatchObject({ decision: 'allow', firm: false });
    expect(open.conditions).toMatchObject([{ hop: 1, key: 'sts:ExternalId', kind: 'shared', example: 'sts:ExternalId=c0ffee' }]);
    expect(ask(inventory, { as: ci, given: [{ key: 'STS:externalid', value: 'c0ffee' }] })).toMatchObject({
      decision: 'allow',
      firm: true,
    });
    expect(ask(inventory, { as: ci, given: [{ key: 'sts:ExternalId', value: null }] })).toMatchObject({
      decision: 'deny',
      firm: true,
    });
  });

  test.each([
    ['two values for one key', { StringEquals: { 'sts:ExternalId': 'a1' }, StringLike: { 'sts:ExternalId': 'b*' } }],
    ['a window that has passed', { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }],
    ['MFA, which AssumeRole loses', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
    ['a tag that the caller role has otherwise', { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } }],
  ])('%s is a deny', (_, condition) => {
    expect(ask(simple({ trust: wants(condition) }), { as: ci, path: via(deploy) })).toMatchObject({
      decision: 'deny',
      firm: true,
    });
  });

  test('a window that is still open is a condition of the surroundings', () => {
    const answer = ask(simple({ trust: wants({ DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }) }), { as: ci });
    expect(answer.conditions).toMatchObject([{ key: 'aws:CurrentTime', kind: 'surroundings' }]);
  });

  test('a session tag needs sts:TagSession on both sides', () => {
    const tagged = (actions: readonly string[], allowed: readonly string[]) =>
      simple({
        trust: trusts(ci, { Action: actions, Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } } }),
        allow: [statement({ Action: allowed, Resource: deploy })],
      });
    const both = ['sts:AssumeRole', 'sts:TagSession'];
    expect(ask(tagged(both, both), { as: ci }).decision).toBe('allow');
    expect(ask(tagged(['sts:AssumeRole'], both), { as: ci, path: via(deploy) }).decision).toBe('deny');
    expect(ask(tagged(both, ['sts:AssumeRole']), { as: ci, path: via(deploy) }).decision).toBe('deny');
    const given = [{ key: 'aws:RequestTag/team', value: 'red' }];
    expect(ask(tagged(both, ['sts:AssumeRole']), { as: ci, path: via(deploy), given }).decision).toBe('deny');
    expect(ask(tagged(both, both), { as: ci, given })).toMatchObject({ decision: 'allow', firm: true });
  });

  test('what a session carries was chosen a hop before', () => {
    const gate = arn(C, 'gate');
    const condition = { StringEquals: { 'aws:PrincipalTag/team': 'red' }, StringLike: { 'aws:userid': '*:release-*' } };
    const inventory = world({
      roles: {
        [A]: { deploy: { trust: trusts(gate, { Condition: condition }) } },
        [B]: {
          ci: { trust: document([]), allow: [statement({ Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: gate })] },
        },
        [C]: { gate: { trust: trusts(ci, { Action: ['sts:AssumeRole', 'sts:TagSession'] }), allow: [mayDeploy] } },
      },
      cluster: everywhere,
    });
    const answer = ask(inventory, { as: ci });
    expect(answer.decision).toBe('allow');
    expect(answer.conditions.map(({ hop, key }) => `${hop} ${key}`)).toEqual(['1 aws:RequestTag/team', '1 sts:RoleSessionName']);
    const given = [
      { key: 'aws:RequestTag/team', value: 'red', hop: 1 },
      { key: 'sts:RoleSessionName', value: 'release-7', hop: 1 },
    ];
    expect(ask(inventory, { as: ci, given })).toMatchObject({ decision: 'allow', firm: true });
  });

  test('a binding to one session name is a condition on that name', () => {
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'only-mira', namespace: 'web' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `arn:aws:sts::${A}:assumed-role/deploy/mira` }],
    };
    const inventory = simple({ cluster: { entries: [{ principalArn: deploy }], objects: [binding] } });
    const answer = ask(inventory, { as: ci });
    expect(answer.conditions).toMatchObject([{ hop: 1, key: 'sts:RoleSessionName', example: 'sts:RoleSessionName=mira' }]);
    expect(ask(inventory, { as: ci, given: [{ key: 'sts:RoleSessionName', value: 'eve' }] }).decision).toBe('deny');
  });
});

describe('what a session carries over the hops', () => {
  const mid = arn(C, 'mid');
  const both = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  const chain = (last: unknown, middle: { readonly tags?: Readonly<Record<string, string>> } = {}) =>
    world({
      roles: {
        [A]: { deploy: { trust: last } },
        [B]: { ci: { trust: document([]), allow: [statement({ Action: both, Resource: mid })], tags: { team: 'red' } } },
        [C]: { mid: { trust: trusts(ci, { Action: both }), allow: [statement({ Action: both, Resource: deploy })], ...middle } },
      },
      cluster: everywhere,
    });
  const path = via(mid, deploy);
  const wantsMid = (condition: unknown, actions: readonly string[] = both): unknown =>
    trusts(mid, { Action: actions, Condition: condition });

  test('an inherited transitive tag cannot be passed again', () => {
    const inherited = [
      { key: 'aws:RequestTag/team', value: 'blue', hop: 1 },
      { key: 'sts:TransitiveTagKeys', value: 'team', hop: 1 },
    ];
    const open = chain(trusts(mid, { Action: both }));
    expect(ask(open, { as: ci, path, given: inherited }).decision).toBe('allow');
    const again = [...inherited, { key: 'aws:RequestTag/Team', value: 'red', hop: 2 }];
    expect(ask(open, { as: ci, path, given: again })).toMatchObject({ decision: 'deny', firm: true });
  });

  test('a source identity cannot be changed, and is checked again at every hop', () => {
    const open = chain(trusts(mid, { Action: both }));
    const given = [{ key: 'sts:SourceIdentity', value: 'eve', hop: 1 }];
    expect(ask(open, { as: ci, path, given }).decision).toBe('allow');
    expect(ask(open, { as: ci, path, given: [...given, { key: 'sts:SourceIdentity', value: 'bob', hop: 2 }] }).decision).toBe(
      'deny',
    );
    const wanted = { StringEquals: { 'aws:SourceIdentity': 'bob' } };
    expect(ask(chain(wantsMid(wanted)), { as: ci, path })).toMatchObject({ decision: 'allow', firm: false });
    expect(ask(chain(wantsMid(wanted, ['sts:AssumeRole', 'sts:TagSession'])), { as: ci, path })).toMatchObject({
      decision: 'deny',
    });
  });

  test("a session tag wins over the role's own", () => {
    const condition = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
    const answer = ask(chain(wantsMid(condition), { tags: { team: 'red' } }), { as: ci, path });
    expect(answer.conditions.map(({ hop, key }) => `${hop} ${key}`)).toEqual(['1 aws:RequestTag/team']);
    const direct = simple({ trust: trusts(ci, { Condition: condition }) });
    expect(ask(direct, { as: ci, path: via(deploy) })).toMatchObject({ decision: 'allow', firm: false });
  });

  test('a tag that is stated to be passed, or not to be, is settled at the next hop', () => {
    const blue = chain(wantsMid({ StringEquals: { 'aws:PrincipalTag/team': 'blue' } }), { tags: { team: 'red' } });
    const stated = (value: string | null) => ask(blue, { as: ci, path, given: [{ key: 'aws:RequestTag/Team', value, hop: 1 }] });
    expect(stated('blue')).toMatchObject({ decision: 'allow', firm: true });
    expect(stated('green')).toMatchObject({ decision: 'deny', firm: true });
    expect(stated(null)).toMatchObject({ decision: 'deny', firm: true });
    const untagged = chain(wantsMid({ StringEquals: { 'aws:PrincipalTag/team': 'blue' } }));
    expect(ask(untagged, { as: ci, path, given: [{ key: 'aws:RequestTag/team', value: null, hop: 1 }] })).toMatchObject({
      decision: 'deny',
      firm: true,
    });
  });

  test('an inherited tag is what it is', () => {
    const last = wantsMid({ StringEquals: { 'aws:PrincipalTag/team': 'blue' } });
    const inherited = (value: string) =>
      ask(chain(last), {
        as: ci,
        path,
        given: [
          { key: 'aws:RequestTag/team', value, hop: 1 },
          { key: 'sts:TransitiveTagKeys', value: 'team', hop: 1 },
        ],
      });
    expect(inherited('blue')).toMatchObject({ decision: 'allow', firm: true });
    expect(inherited('red')).toMatchObject({ decision: 'deny', firm: true });
  });

  test.each([
    ['sts:RoleSessionName', 'x'.repeat(65), 'cannot be a session name'],
    ['sts:ExternalId', 'x', 'cannot be an external ID'],
    ['sts:SourceIdentity', 'aws:x', 'cannot be a source identity'],
  ])('a call that STS refuses for %s is closed, whatever the policies say', (key, value, message) => {
    const answer = ask(chain(trusts(mid, { Action: both })), { as: ci, path, given: [{ key, value, hop: 2 }] });
    expect(answer).toMatchObject({ decision: 'deny', firm: true });
    expect(answer.headline).toContain(message);
  });

  test('the action that is refused is what the answer begins with', () => {
    const answer = ask(chain(trusts(mid)), { as: ci, path, given: [{ key: 'aws:RequestTag/x', value: 'y', hop: 2 }] });
    expect(answer.headline).toMatch(/^hop 2 \(assume\): no statement of trust policy allows sts:TagSession to/);
  });

  test('a tag that must be passed stands among the tag keys', () => {
    const tag = { 'aws:RequestTag/team': 'red' };
    const limited = (keys: unknown): unknown =>
      trusts(ci, { Action: both, Condition: { StringEquals: tag, ...(keys as object) } });
    const allow = [statement({ Action: both, Resource: deploy })];
    const decision = (keys: unknown): string =>
      ask(simple({ trust: limited(keys), allow }), { as: ci, path: via(deploy) }).decision;
    expect(decision({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'x'] } })).toBe('allow');
    expect(decision({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['x'] } })).toBe('deny');
    expect(decision({ Null: { 'aws:TagKeys': 'true' } })).toBe('deny');
  });

  test.each([
    ['sts:DurationSeconds', { NumericLessThan: { 'sts:DurationSeconds': '900' } }],
    ['a claim of another call', { StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:a/b:ref:x' } }],
    ['a SAML audience', { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } }],
  ])('%s is never in AssumeRole', (_, condition) => {
    const inventory = simple({ trust: trusts(ci, { Condition: condition }) });
    expect(ask(inventory, { as: ci, path: via(deploy) })).toMatchObject({ decision: 'deny', firm: true });
  });

  test('MFA after AssumeRole is absent or false, and never firm either way', () => {
    const ifExists = chain(wantsMid({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }));
    expect(ask(ifExists, { as: ci, path })).toMatchObject({ decision: 'allow', firm: false });
    expect(ask(chain(wantsMid({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })), { as: ci, path })).toMatchObject({
      decision: 'deny',
      firm: true,
    });
  });

  test('a federated user is not the role of its name', () => {
    const inventory = simple({ trust: trusts('*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } }) });
    const answer = ask(inventory, { as: `arn:aws:sts::${B}:federated-user/ci`, path: via(deploy) });
    expect(answer.decision).toBe('unknown');
    expect(answer.gaps.map(({ id }) => id)).toEqual([`session-policy:arn:aws:sts::${B}:federated-user/ci`]);
  });

  test('a role of other letters or another path does not exist beside its namesake', () => {
    for (const role of [arn(A, 'Deploy'), arn(A, 'deploy', '/x/')]) {
      const answer = ask(simple({ trust: trusts(ci) }), { as: ci, path: via(role) });
      expect(answer).toMatchObject({ decision: 'deny', firm: true });
      expect(answer.headline).toContain(deploy);
    }
  });
});

describe('evidence that is missing', () => {
  test("the caller's account was not collected: unknown, and whose side is left", () => {
    const inventory = world({ roles: { [A]: { deploy: { trust: trusts(ci) } } }, members: [A, B], cluster: everywhere });
    const answer = ask(inventory, { as: ci, path: via(deploy) });
    expect(answer).toMatchObject({ decision: 'unknown', wouldBe: 'allow' });
    expect(answer.headline).toContain(B);
    expect(answer.gaps.map(({ side }) => side)).toEqual([B]);
    expect(ask(inventory, { as: ci, path: via(deploy), assume: ['caller-allowed'] })).toMatchObject({
      decision: 'allow',
      firm: true,
    });
  });

  test('a trust policy that names somebody else is a firm deny, whatever the uncollected side says', () => {
    const inventory = world({
      roles: { [A]: { deploy: { trust: trusts(arn(C, 'other')) } } },
      members: [A, B],
      cluster: everywhere,
    });
    expect(ask(inventory, { as: ci, path: via(deploy) })).toMatchObject({ decision: 'deny', firm: true });
  });

  test('an account in no collected organization: its SCPs are a gap, or an assumption', () => {
    const inventory = world({
      roles: { [A]: { deploy: { trust: trusts(ci) } }, [B]: { ci: { trust: document([]), allow: [mayDeploy] } } },
      members: [A],
      cluster: everywhere,
    });
    expect(ask(inventory, { as: ci }).gaps.map(({ id }) => id)).toEqual([`scp:${B}`]);
    const assumed = ask(inventory, { as: ci, assume: ['no-scp'] });
    expect(assumed).toMatchObject({ decision: 'allow', firm: true });
    expect(assumed.assumptions.join()).toContain('--assume no-scp');
  });

  test('a bare session ARN does not tell the path of its role', () => {
    const session = `arn:aws:sts::${B}:assumed-role/ci/build-7`;
    const inventory = world({
      roles: { [A]: { deploy: { trust: trusts(arn(B, 'ci', '/team/')) } } },
      members: [A, B],
      cluster: everywhere,
    });
    expect(ask(inventory, { as: session, path: via(deploy) }).decision).toBe('unknown');
  });

  test('a chain through an account that nobody collected leaves the deny open', () => {
    const inventory = world({
      roles: {
        [A]: { deploy: { trust: trusts(`arn:aws:iam::${C}:root`) } },
        [B]: { ci: { trust: document([]), allow: [statement({ Resource: '*' })] } },
      },
      members: [A, B, C],
      cluster: everywhere,
    });
    const answer = ask(inventory, { as: ci });
    expect(answer).toMatchObject({ decision: 'unknown', wouldBe: 'allow' });
    expect(answer.headline).toContain('no collected path');
    expect(answer.gaps.map(({ side }) => side)).toEqual([C]);
  });
});

describe('search', () => {
  test('finds the shortest chain, and goes on through a longer one where the short one is closed', () => {
    const hub = arn(C, 'hub');
    const chain = (direct: boolean) =>
      world({
        roles: {
          [A]: { deploy: { trust: document([statement({ Principal: { AWS: direct ? [hub, ci] : [hub] } })]) } },
          [B]: { ci: { trust: document([]), allow: [statement({ Resource: [hub, deploy] })] } },
          [C]: { hub: { trust: trusts(`arn:aws:iam::${B}:root`), allow: [mayDeploy] } },
        },
        cluster: everywhere,
      });
    expect(verdicts(ask(chain(true), { as: ci }))).toBe('assume allow, authenticate allow, map allow, authorize allow');
    expect(verdicts(ask(chain(false), { as: ci }))).toBe(
      'assume allow, assume allow, authenticate allow, map allow, authorize allow',
    );
  });

  test('a circle of trust ends', () => {
    const one = arn(B, 'one');
    const two = arn(B, 'two');
    const inventory = world({
      roles: {
        [A]: { deploy: { trust: trusts(arn(C, 'nobody')) } },
        [B]: {
          one: { trust: trusts(two), allow: [statement({ Resource: '*' })] },
          two: { trust: trusts(one), allow: [statement({ Resource: '*' })] },
        },
        [C]: { nobody: { trust: trusts(one, { Action: 'sts:TagSession' }) } },
      },
      cluster: everywhere,
    });
    expect(ask(inventory, { as: one })).toMatchObject({ decision: 'deny', firm: true });
  });

  test('the nearest miss is the furthest hop, then the fewest hops, then the ARN', () => {
    const other = arn(A, 'other');
    const inventory = world({
      roles: {
        [A]: { deploy: { trust: trusts(ci) }, other: { trust: trusts(ci) } },
        [B]: { ci: { trust: document([]), allow: [statement({ Resource: [deploy, other] })] } },
      },
      cluster: { entries: [{ principalArn: deploy }, { principalArn: other }] },
    });
    const answer = ask(inventory, { as: ci });
    expect(verdicts(answer)).toBe('assume allow, authenticate allow, map allow, authorize deny');
    expect(answer.hops[0]?.to).toBe(deploy);
  });
});

describe('the Node authorizer is asked beside RBAC', () => {
  const node = {
    mode: 'CONFIG_MAP',
    mapRoles: `- rolearn: ${deploy}\n  username: system:node:{{SessionName}}\n  groups: [system:nodes]\n`,
  };
  const asNode = (question: object, cluster: object = node) =>
    ask(simple({ cluster }), { as: `arn:aws:sts::${A}:assumed-role/deploy/fargate-1`, path: { kind: 'self' }, ...question });

  test.each([
    ['its pods', {}],
    ['nodes', { resource: 'nodes', namespace: null }],
    ['secrets', { resource: 'secrets' }],
  ])('whether a node may read %s is not known', (_, question) => {
    const answer = asNode(question);
    expect(answer.decision).toBe('unknown');
    expect(answer.gaps.map(({ what }) => what).join()).toContain('Node authorizer');
  });

  test.each([
    ['delete secrets', { verb: 'delete', resource: 'secrets' }],
    ['bind roles', { verb: 'bind', resource: 'roles' }],
  ])('no node may %s', (_, question) => {
    expect(asNode(question)).toMatchObject({ decision: 'deny', firm: true });
  });

  test.each([
    ['the group alone', 'kubelet', 'system:nodes'],
    ['the name alone', 'system:node:{{SessionName}}', 'ops'],
  ])('%s makes no node', (_, username, group) => {
    const mapRoles = `- rolearn: ${deploy}\n  username: "${username}"\n  groups: ["${group}"]\n`;
    expect(asNode({}, { mode: 'CONFIG_MAP', mapRoles })).toMatchObject({ decision: 'deny', firm: true });
  });
});

describe('remedies are proven by judging the changed inventory', () => {
  const aws = 'mapRoles of aws-auth';
  const noEntry = { mode: 'CONFIG_MAP' };
  const cases: readonly [name: string, inventory: ReturnType<typeof simple>, steps: readonly (string | RegExp)[]][] = [
    ['the identity side', simple({ allow: [] }), [`let ${ci} sts:AssumeRole`]],
    ['the trust policy', simple({ trust: trusts(arn(C, 'other')) }), [`trust policy of ${deploy}`]],
    ['both sides', simple({ allow: [], trust: trusts(arn(C, 'other')) }), [`let ${ci}`, 'trust policy']],
    ['no entry', simple({ cluster: {} }), [`give ${deploy} an access entry`]],
    ['no policy', simple({ cluster: { entries: [{ principalArn: deploy }] } }), ['associate AmazonEKSViewPolicy']],
    ['no row', simple({ cluster: noEntry }), [aws, 'bind Group causeway:deploy to ClusterRole view in web']],
    [
      'a row that names the session',
      simple({
        cluster: { ...noEntry, mapRoles: `- rolearn: arn:aws:sts::${A}:assumed-role/deploy/x\n  username: d\n  groups: [ops]\n` },
      }),
      [`in ${aws}, write ${deploy}`, 'bind Group ops'],
    ],
  ];

  test.each(cases)('%s', (_, inventory, steps) => {
    const { decision, remedy } = ask(inventory, { as: ci, path: via(deploy) });
    expect(decision).toBe('deny');
    expect(remedy).toMatchObject({ proven: true, after: 'allow' });
    expect(remedy?.steps).toHaveLength(steps.length);
    steps.forEach((text, i) => {
      expect(remedy?.steps[i]?.text).toContain(text);
    });
  });

  test('an explicit deny is for its owner to lift, and nothing is proven', () => {
    const denied = simple({ allow: [mayDeploy, { ...(mayDeploy as object), Effect: 'Deny' }] });
    const { remedy } = ask(denied, { as: ci, path: via(deploy) });
    expect(remedy).toMatchObject({ proven: false });
    expect(remedy?.steps[0]).toMatchObject({ owner: B, change: null });
  });

  const nodes = `- rolearn: ${deploy}\n  username: system:node:{{EC2PrivateDNSName}}\n  groups: [system:bootstrappers, system:nodes]\n`;
  const person = `arn:aws:sts::${A}:assumed-role/deploy/ann`;

  test.each(['CONFIG_MAP', 'API_AND_CONFIG_MAP'])('no row and no entry takes the name of nodes away, mode %s', (mode) => {
    const { decision, remedy } = ask(simple({ cluster: { mode, mapRoles: nodes } }), { as: person, path: { kind: 'self' } });
    expect(decision).toBe('deny');
    expect(remedy).toMatchObject({ proven: false, steps: [{ owner: CLUSTER, change: null, command: '' }] });
    expect(remedy?.steps[0]?.text).toContain('give this caller a role of its own');
  });

  test('broken aws-auth is mended, not lengthened', () => {
    const inventory = simple({ cluster: { ...noEntry, mapRoles: `- rolearn: ${deploy}\n   username: d\n` } });
    const { remedy } = ask(inventory, { as: ci, path: via(deploy) });
    expect(remedy).toMatchObject({ proven: false, steps: [{ owner: CLUSTER, change: null }] });
    expect(remedy?.steps[0]?.text).toMatch(/^mend mapRoles of aws-auth \(mapRoles is not valid YAML/);
  });

  test('an entry of a principal that was made again goes before the new one', () => {
    const trust = { ...(trusts(ci) as object) };
    const again = world({
      roles: {
        [A]: { deploy: { trust, created: '2026-09-01T00:00:00Z' } },
        [B]: { ci: { trust: document([]), allow: [mayDeploy] } },
      },
      cluster: { mode: 'API', entries: [{ principalArn: deploy, policies: ['AmazonEKSViewPolicy'] }] },
    });
    const { decision, remedy } = ask(again, { as: ci, path: via(deploy) });
    expect(decision).toBe('deny');
    expect(remedy).toMatchObject({ proven: true, after: 'allow' });
    expect(remedy?.steps[0]?.text).toContain(`delete the access entry of ${deploy}`);
    expect(remedy?.steps[0]?.command).toMatch(/^aws eks delete-access-entry [^\n]+\naws eks create-access-entry/);
  });

  test('no remedy reaches over partitions', () => {
    const foreign = `arn:aws-cn:iam::${B}:role/ci`;
    expect(ask(simple(), { as: foreign, path: via(deploy) }).remedy).toBeUndefined();
  });

  test('a policy that is associated again keeps the namespaces it has', () => {
    const cluster = { entries: [{ principalArn: deploy, policies: ['AmazonEKSViewPolicy@other'] }] };
    const { remedy } = ask(simple({ cluster }), { as: ci, path: via(deploy) });
    expect(remedy?.steps[0]?.command).toContain('namespaces=other,web');
  });

  test('conditions that contradict each other have no remedy', () => {
    const trust = trusts(ci, { Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } } });
    const answer = ask(
      simple({ trust, allow: [statement({ Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: deploy })] }),
      { as: ci, path: via(deploy) },
    );
    expect(answer.headline).toContain('sts:TagSession');
    expect(answer.remedy).toBeUndefined();
  });

  test('a wrong stated value is named before any policy', () => {
    const inventory = simple({ trust: trusts(ci, { Condition: { StringEquals: { 'sts:ExternalId': 'c0ffee' } } }) });
    const { remedy } = ask(inventory, { as: ci, given: [{ key: 'sts:ExternalId', value: 'wrong' }] });
    expect(remedy?.steps).toHaveLength(1);
    expect(remedy?.steps[0]?.text).toContain('sts:ExternalId=c0ffee');
  });

  test('a remedy gives no more than was asked for, and says who else gains', () => {
    const row = (role: string): string => `- rolearn: ${arn(A, role)}\n  username: ${role}\n  groups: [crew]\n`;
    const inventory = simple({ cluster: { ...noEntry, mapRoles: row('deploy') + row('other') } });
    const { remedy } = ask(inventory, { as: ci, path: via(deploy), resource: 'nodes', namespace: null });
    expect(remedy?.steps.map(({ change }) => change)).toMatchObject([
      { kind: 'add-rbac-role', role: { rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }] } },
      { kind: 'add-rbac-binding' },
    ]);
    expect(remedy?.gains).toEqual([`${arn(A, 'other')}, as a member of crew`]);
  });
});
