import { describe, expect, it } from 'vitest';
import { exportLab } from '../../src/edge/lab/export.ts';
import { eksToken } from '../../src/rules/token/index.ts';
import { askingOf } from './kube/ask.ts';
import { as, NOW, query } from './make.ts';
import { ORIGIN, type Replayed, replayedFiles } from './replayed.ts';

const [OWNER, OTHER] = ['111111111111', '222222222222'];
const CLUSTER = `arn:aws:eks:eu-west-1:${OWNER}:cluster/prod`;
const FOLDER = `accounts/${OWNER}/eks/eu-west-1/prod`;
const CI = `arn:aws:iam::${OTHER}:role/ci`;
const ID = 'AROACIXXXXXXXXXXXXXXX';

const statements = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
const trusting = (...arns: readonly string[]): object =>
  statements(...arns.map((AWS) => ({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' })));
const ALL = statements({ Effect: 'Allow', Action: '*', Resource: '*' });

function role(account: string, name: string, more: object = {}): object {
  return {
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase().padEnd(17, 'X')}`,
    Arn: `arn:aws:iam::${account}:role/${name}`,
    CreateDate: '2026-01-01T00:00:00+00:00',
    AssumeRolePolicyDocument: trusting('*'),
    InstanceProfileList: [],
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    Tags: [],
    ...more,
  };
}

const details = (roles: readonly object[], more: object = {}): string =>
  JSON.stringify({ UserDetailList: [], GroupDetailList: [], RoleDetailList: roles, Policies: [], ...more });

const target = (trust: unknown) => role(OWNER, 'target', { AssumeRolePolicyDocument: trust });

const COMMON = {
  'inventory.json': JSON.stringify({ version: 1, complete: ['organizations/o-x.json'] }),
  'organizations/o-x.json': JSON.stringify({
    Organization: { Id: 'o-x', Arn: 'arn:aws:organizations::999999999999:organization/o-x', MasterAccountId: '999999999999' },
    Roots: [{ Id: 'r-x' }],
    Accounts: [OWNER, OTHER].map((Id) => ({ Id, ParentId: 'r-x' })),
  }),
  [`accounts/${OTHER}/iam.json`]: details([
    role(OTHER, 'admin', { RolePolicyList: [{ PolicyName: 'all', PolicyDocument: ALL }] }),
    role(OTHER, 'ci'),
  ]),
};

/** What the owner of the trusting role may have collected. */
const FILES: Readonly<Record<string, (trust: unknown) => Readonly<Record<string, string>>>> = {
  whole: (trust) => ({ [`accounts/${OWNER}/iam.json`]: details([target(trust)]) }),
  'of two moments': (trust) => ({
    [`accounts/${OWNER}/iam/1.json`]: details([target(trust), role(OWNER, 'x')]),
    [`accounts/${OWNER}/iam/2.json`]: details([target(trust), role(OWNER, 'x', { Tags: [{ Key: 'a', Value: 'b' }] })]),
  }),
  'in a row': (trust) => ({
    [`accounts/${OWNER}/iam.json`]: [
      details([target(trust), role(OWNER, 'x')]),
      details([role(OWNER, 'x', { Path: '/y/' })]),
    ].join('\n'),
  }),
  'with a page that lacks': (trust) => ({
    [`accounts/${OWNER}/iam.json`]: details([target(trust)], { IsTruncated: true, Marker: 'm' }),
  }),
  'with a key that stands twice': (trust) => ({
    [`accounts/${OWNER}/iam.json`]: details([target(trust), role(OWNER, 'x')]).replace(
      '"RoleName":"x"',
      '"RoleName":"x","Tags":[{"Key":"a","Value":"b"}]',
    ),
  }),
};

const WRITTEN: Readonly<Record<string, (trust: object) => unknown>> = {
  'as an object': (trust) => trust,
  'as text': (trust) => JSON.stringify(trust),
  'as text with slashes escaped': (trust) => JSON.stringify(trust).replaceAll('/', '\\/'),
  'URL-encoded': (trust) => encodeURIComponent(JSON.stringify(trust)),
};

function anew({ lab }: Replayed): void {
  const admin = as(lab, `${OTHER}/admin`);
  const iam = (Action: string, parameters: Readonly<Record<string, string>>) =>
    expect(query(lab, admin, 'iam', { Action, RoleName: 'ci', ...parameters }).status).toBe(200);
  iam('DeleteRole', {});
  iam('CreateRole', { AssumeRolePolicyDocument: JSON.stringify(trusting('*')) });
  iam('PutRolePolicy', { PolicyName: 'all', PolicyDocument: JSON.stringify(ALL) });
}

function assume({ lab }: Replayed): number {
  const RoleArn = `arn:aws:iam::${OWNER}:role/target`;
  return query(lab, as(lab, CI), 'sts', { Action: 'AssumeRole', RoleArn, RoleSessionName: 'me' }).status;
}

const allowed = {
  [`accounts/${OTHER}/iam.json`]: COMMON[`accounts/${OTHER}/iam.json`]?.replace(
    /("RoleName":"ci".*?"RolePolicyList":)\[\]/,
    `$1[{"PolicyName":"all","PolicyDocument":${JSON.stringify(ALL)}}]`,
  ) as string,
};

describe('a role that is deleted and made anew in a replay', () => {
  const cases = Object.entries(FILES).flatMap(([files, make]) =>
    Object.entries(WRITTEN).map(([how, write]) => [files, how, make, write] as const),
  );

  it.each(cases)('is not trusted by a role of an account whose files are %s, its policy %s', (_files, _how, make, write) => {
    const files = make(write(trusting(CI)));
    const run = replayedFiles({ ...COMMON, ...files });
    anew(run);
    expect(assume(run)).toBe(403);
    const written = exportLab(run.lab, new Map()).find(({ path, text }) => path.includes(OWNER) && text.includes('target'));
    expect(written === undefined || !written.text.includes(':role/ci')).toBe(true);
  });

  it.each(['whole', 'of two moments'])('was trusted before, and others are trusted still (%s)', (how) => {
    const files = FILES[how]?.(trusting(CI, `arn:aws:iam::${OTHER}:role/admin`)) ?? {};
    expect(assume(replayedFiles({ ...COMMON, ...allowed, ...files }))).toBe(200);
    const run = replayedFiles({ ...COMMON, ...files });
    anew(run);
    const RoleArn = `arn:aws:iam::${OWNER}:role/target`;
    const admin = as(run.lab, `${OTHER}/admin`);
    expect(query(run.lab, admin, 'sts', { Action: 'AssumeRole', RoleArn, RoleSessionName: 'me' }).status).toBe(200);
  });

  it('whose id nobody collected takes its trust along, and no more', () => {
    const admin = `arn:aws:iam::${OTHER}:role/admin`;
    const noId = Object.fromEntries(Object.entries(allowed).map(([path, text]) => [path, text.replace(`"RoleId":"${ID}",`, '')]));
    const run = replayedFiles({ ...COMMON, ...noId, ...FILES['whole']?.(trusting(CI, admin)) });
    const policy = { Action: 'DeleteRolePolicy', RoleName: 'ci', PolicyName: 'all' };
    expect(query(run.lab, as(run.lab, admin), 'iam', policy).status).toBe(200);
    anew(run);
    expect(assume(run)).toBe(403);
    const RoleArn = `arn:aws:iam::${OWNER}:role/target`;
    const asked = { Action: 'AssumeRole', RoleArn, RoleSessionName: 'me' };
    expect(query(run.lab, as(run.lab, admin), 'sts', asked).status).toBe(200);
  });

  const entry = (more: object = {}) =>
    JSON.stringify({
      accessEntry: { clusterName: 'prod', principalArn: CI, kubernetesGroups: ['team'], type: 'STANDARD', ...more },
    });
  const cluster = (mode: object) => JSON.stringify({ cluster: { name: 'prod', arn: CLUSTER, version: '1.33', ...mode } });
  const API = { accessConfig: { authenticationMode: 'API' } };
  const policies = JSON.stringify({
    clusterName: 'prod',
    principalArn: CI,
    associatedAccessPolicies: [
      {
        policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
        accessScope: { type: 'cluster', namespaces: [] },
      },
    ],
  });
  const list = JSON.stringify({ accessEntries: [CI] });

  it.each([
    ['whole', { [`${FOLDER}/access-entries/a.json`]: entry() }, 200],
    [
      'described twice, and kept as files',
      { [`${FOLDER}/access-entries/a.json`]: entry(), [`${FOLDER}/access-entries/b.json`]: entry({ tags: { a: 'b' } }) },
      undefined,
    ],
  ])('is nobody to an access entry of unknown age (%s)', (_, files, before) => {
    const whole = {
      ...COMMON,
      [`accounts/${OWNER}/iam.json`]: details([]),
      [`${FOLDER}/cluster.json`]: cluster(API),
      [`${FOLDER}/access-entries/list.json`]: list,
      [`${FOLDER}/access-entries/a.policies.json`]: policies,
      ...files,
    };
    const run = replayedFiles(whole);
    const ask = () => {
      const api = run.clusters.get(CLUSTER);
      if (api === undefined) throw new Error('the cluster was not replayed');
      const endpoint = { url: ORIGIN, signingRegion: 'eu-west-1' };
      const token = eksToken({ cluster: 'prod', credentials: as(run.lab, CI), endpoint, at: NOW });
      return askingOf(api).ask('GET', '/api/v1/pods', undefined, { as: token }).status;
    };
    if (before !== undefined) expect(ask()).toBe(before);
    anew(run);
    expect(ask()).toBe(401);
  });
});
