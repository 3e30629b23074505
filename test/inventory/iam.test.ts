import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { IamAccount } from '../../src/inventory/index.ts';
import { A, details, IAM, inventoryOf, policy, problemsOf, role, TRUST, user } from './folder.ts';

function iamOf(files: Readonly<Record<string, unknown>>): IamAccount {
  const iam = inventoryOf(files).accounts.get(A)?.iam();
  if (iam?.state !== 'collected') throw new Error(`not collected: ${JSON.stringify(iam)}`);
  return iam.value;
}

const one = details({ RoleDetailList: [role('one')] });
const two = details({ RoleDetailList: [role('two')], UserDetailList: [user('ann')] });
const both = details({ RoleDetailList: [role('one'), role('two')], UserDetailList: [user('ann')] });

const SHAPES: readonly { name: string; files: Readonly<Record<string, unknown>> }[] = [
  { name: 'one answer', files: { [IAM]: both } },
  { name: 'a list of pages (jq -s)', files: { [IAM]: [one, two] } },
  { name: 'a list of lists of pages', files: { [IAM]: [[one], [two]] } },
  {
    name: 'pages in a row (--no-paginate in a loop)',
    files: { [IAM]: `${JSON.stringify(one)}\n${JSON.stringify(two, null, 2)}\n` },
  },
  {
    name: 'pages with markers',
    files: {
      [IAM]: [
        { ...one, IsTruncated: true, Marker: 'x' },
        { ...two, IsTruncated: false },
      ],
    },
  },
  { name: 'YAML', files: { [IAM]: stringify(both) } },
  { name: 'YAML by name', files: { [`accounts/${A}/iam.yaml`]: stringify(both) } },
  { name: 'several YAML documents', files: { [`accounts/${A}/iam.yml`]: `${stringify(one)}---\n${stringify(two)}` } },
  { name: 'several files in a folder', files: { [`accounts/${A}/iam/1.json`]: one, [`accounts/${A}/iam/2.json`]: two } },
  { name: 'a byte order mark', files: { [IAM]: `\ufeff${JSON.stringify(both)}` } },
  { name: 'Windows line ends', files: { [IAM]: JSON.stringify(both, null, 2).replaceAll('\n', '\r\n') } },
  {
    name: 'a file by kind (--filter)',
    files: {
      [`accounts/${A}/iam/role.json`]: details({ RoleDetailList: [role('one'), role('two')] }),
      [`accounts/${A}/iam/user.json`]: details({ UserDetailList: [user('ann')] }),
    },
  },
];

test.each(SHAPES)('every tolerated shape reads the same: $name', ({ files }) => {
  const iam = iamOf(files);
  expect(iam.roles.map(({ name }) => name).sort()).toEqual(['one', 'two']);
  expect(iam.users.map(({ name }) => name)).toEqual(['ann']);
  expect(iam.lacks).toEqual([]);
  expect(iam.role('ONE')?.trust.document).toEqual(TRUST);
  expect(inventoryOf(files).accounts.get(A)?.trusts()).toMatchObject({
    state: 'collected',
    value: [{ uniqueId: 'AROAONE' }, {}],
  });
});

const DOCUMENTS: readonly { name: string; document: unknown; nested: boolean }[] = [
  { name: 'an object', document: policy('s3:GetObject'), nested: false },
  { name: 'JSON in a string', document: JSON.stringify(policy('s3:GetObject')), nested: true },
  { name: 'URL-encoded JSON (RFC 3986)', document: encodeURIComponent(JSON.stringify(policy('s3:GetObject'))), nested: false },
];

test.each(DOCUMENTS)('a policy document as $name', ({ document, nested }) => {
  const RolePolicyList = [{ PolicyName: 'p', PolicyDocument: document }];
  const [found] = iamOf({ [IAM]: details({ RoleDetailList: [role('one', { RolePolicyList })] }) }).roles[0]?.policies ?? [];
  expect(found).toMatchObject({ name: 'inline policy p', document: policy('s3:GetObject') });
  expect(found?.gap).toBeUndefined();
  expect(found?.origin.nested !== undefined).toBe(nested);
  expect(found?.origin.path).toEqual(['RoleDetailList', 0, 'RolePolicyList', 0, 'PolicyDocument']);
});

const UNUSABLE: readonly { name: string; document: unknown; code: string }[] = [
  { name: 'is a string but no JSON', document: 'Version: 2012', code: 'policy-not-json' },
  { name: 'is badly encoded', document: '%7B%E0%A4%A', code: 'policy-not-json' },
  { name: 'is a list', document: [], code: 'wrong-kind' },
  { name: 'is JSON of a number', document: '7', code: 'wrong-kind' },
  { name: 'holds a key twice', document: '{"Version":"2012-10-17","Statement":[],"Statement":[]}', code: 'duplicate-key' },
  { name: 'is too deep', document: `${'['.repeat(300)}${']'.repeat(300)}`, code: 'too-deep' },
];

test.each(UNUSABLE)('a policy document that $name is a gap and a problem, never an empty policy', ({ document, code }) => {
  const inventory = inventoryOf({ [IAM]: details({ RoleDetailList: [role('one', { AssumeRolePolicyDocument: document })] }) });
  const iam = inventory.accounts.get(A)?.iam();
  const trust = iam?.state === 'collected' ? iam.value.role('one')?.trust : undefined;
  expect(trust).toMatchObject({ gap: { state: 'unjudged' } });
  expect(trust?.document).toBeUndefined();
  expect(problemsOf(inventory)).toEqual([expect.stringMatching(`^${code} `)]);
});

test('to ask for one principal first changes neither the order nor the number of all', () => {
  const iam = iamOf({ [IAM]: both });
  const [second, ann] = [iam.role('TWO'), iam.user('ann')];
  expect(iam.roles.map(({ name }) => name)).toEqual(['one', 'two']);
  expect(iam.roles[1]).toBe(second);
  expect(iam.role('two')).toBe(second);
  expect(iam.users).toEqual([ann]);
});

test('a key that stands twice spoils the policy that it is in, and no other', () => {
  const text = JSON.stringify(details({ RoleDetailList: [role('one'), role('two')] }), null, 2).replace(
    '"Effect": "Allow",',
    '"Effect": "Deny",\n"Effect": "Allow",',
  );
  const inventory = inventoryOf({ [IAM]: text });
  const iam = inventory.accounts.get(A)?.iam();
  if (iam?.state !== 'collected') throw new Error('not collected');
  expect(iam.value.role('one')?.trust.gap?.state).toBe('unjudged');
  expect(iam.value.role('two')?.trust.document).toEqual(TRUST);
  expect(problemsOf(inventory)).toEqual([expect.stringMatching(/^duplicate-key accounts\/111111111111\/iam.json:\d+:\d+$/)]);
});

describe('managed policies, boundaries and groups', () => {
  const own = `arn:aws:iam::${A}:policy/own`;
  const files = {
    [IAM]: details({
      RoleDetailList: [
        role('one', {
          AttachedManagedPolicies: [
            { PolicyName: 'own', PolicyArn: own },
            { PolicyName: 'View', PolicyArn: 'arn:aws:iam::aws:policy/View' },
          ],
          PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: own },
          Tags: [{ Key: 'team', Value: 'red' }],
        }),
        role('two'),
      ],
      UserDetailList: [user('ann', { GroupList: ['devs', 'ghosts'] })],
      GroupDetailList: [
        {
          GroupName: 'devs',
          GroupId: 'AGPA',
          Arn: `arn:aws:iam::${A}:group/devs`,
          GroupPolicyList: [{ PolicyName: 'g', PolicyDocument: policy('eks:*') }],
          AttachedManagedPolicies: [{ PolicyName: 'own', PolicyArn: own }],
        },
      ],
      Policies: [
        {
          PolicyName: 'own',
          Arn: own,
          DefaultVersionId: 'v2',
          PolicyVersionList: [
            { VersionId: 'v1', IsDefaultVersion: false, Document: policy('old:*') },
            { VersionId: 'v2', IsDefaultVersion: true, Document: policy('new:*') },
          ],
        },
      ],
    }),
  };
  const iam = iamOf(files);

  test('the default version counts', () => {
    expect(iam.role('one')?.policies[0]).toMatchObject({ arn: own, document: policy('new:*') });
    expect(iam.role('one')?.boundary).toMatchObject({ arn: own, document: policy('new:*') });
    expect(iam.role('two')).not.toHaveProperty('boundary');
    expect(iam.role('one')?.tags).toEqual({ team: 'red' });
  });

  test('a document that is missing is a gap with its command', () => {
    const missing = iam.role('one')?.policies[1];
    expect(missing?.document).toBeUndefined();
    expect(missing?.gap).toMatchObject({ state: 'notCollected', side: A });
    expect(missing?.gap?.command).toContain('aws iam get-policy-version --policy-arn arn:aws:iam::aws:policy/View');
  });

  test('policies of groups are the user’s, and a group that is missing is a gap', () => {
    const policies = iam.user('ann')?.policies ?? [];
    expect(policies.map(({ name, gap }) => [name, gap?.state])).toEqual([
      ['inline policy g of group devs', undefined],
      [`managed policy ${own}`, undefined],
      ['policies of group ghosts', 'notCollected'],
    ]);
  });

  test('GetAccountAuthorizationDetails does not tell how long a session may be', () => {
    expect(iam.role('one')).not.toHaveProperty('maxSessionDuration');
  });
});

describe('answers of other commands', () => {
  const { InstanceProfileList: _1, RolePolicyList: _2, AttachedManagedPolicies: _3, ...plain } = role('one');
  const folder = `accounts/${A}/iam/roles/one`;

  test('list-roles alone: trust is there, policies and boundary are not', () => {
    const iam = iamOf({ [IAM]: { Roles: [plain] } });
    const found = iam.role('one');
    expect(found?.trust.document).toEqual(TRUST);
    expect(found?.policies.map(({ gap }) => gap?.state)).toEqual(['notCollected']);
    expect(found?.boundary?.gap?.state).toBe('notCollected');
    expect(iam.lacks).toEqual(['User', 'Group', 'Policy']);
  });

  test('get-role, list-role-policies, get-role-policy and list-attached-role-policies together', () => {
    const iam = iamOf({
      [`${folder}/role.json`]: { Role: { ...plain, MaxSessionDuration: 7200 } },
      [`${folder}/policies.json`]: { PolicyNames: ['p', 'q'] },
      [`${folder}/p.json`]: { RoleName: 'one', PolicyName: 'p', PolicyDocument: policy('s3:*') },
      [`${folder}/attached.json`]: { AttachedPolicies: [{ PolicyName: 'x', PolicyArn: 'arn:aws:iam::aws:policy/x' }] },
    });
    const found = iam.role('one');
    expect(found?.maxSessionDuration).toBe(7200);
    expect(found).not.toHaveProperty('boundary');
    expect(found?.policies.map(({ name, gap }) => [name, gap?.state])).toEqual([
      ['inline policy p', undefined],
      ['inline policy q', 'notCollected'],
      ['managed policy arn:aws:iam::aws:policy/x', 'notCollected'],
    ]);
    expect(iam.lacks).toEqual(['User', 'Role', 'Group', 'Policy']);
  });

  test('get-policy and get-policy-version in one folder give a managed policy its document', () => {
    const arn = 'arn:aws:iam::aws:policy/x';
    const iam = iamOf({
      [IAM]: details({ RoleDetailList: [role('one', { AttachedManagedPolicies: [{ PolicyName: 'x', PolicyArn: arn }] })] }),
      [`accounts/${A}/iam/policies/x/policy.json`]: { Policy: { Arn: arn, DefaultVersionId: 'v3' } },
      [`accounts/${A}/iam/policies/x/version.json`]: {
        PolicyVersion: { VersionId: 'v3', Document: policy('x:*'), IsDefaultVersion: true },
      },
    });
    expect(iam.role('one')?.policies[0]?.document).toEqual(policy('x:*'));
  });

  test('an answer that does not say whose it is is a problem outside a principal’s folder', () => {
    expect(problemsOf(readOf({ [IAM]: { PolicyNames: ['p'] } }))).toEqual([`no-owner ${IAM}`]);
  });
});

function readOf(files: Readonly<Record<string, unknown>>) {
  const inventory = inventoryOf(files);
  inventory.accounts.get(A)?.iam();
  return inventory;
}

test('a role of another account than the folder’s is left out, said, and nothing is complete any more', () => {
  const stranger = { ...role('x'), Arn: 'arn:aws:iam::999999999999:role/x' };
  const inventory = readOf({ [IAM]: details({ RoleDetailList: [role('one'), stranger] }) });
  const iam = inventory.accounts.get(A)?.iam();
  expect(iam?.state === 'collected' ? [iam.value.role('x'), iam.value.lacks] : iam).toEqual([
    undefined,
    ['User', 'Role', 'Group', 'Policy'],
  ]);
  expect(problemsOf(inventory)).toEqual([`account-mismatch ${IAM}`]);
});

test('pages whose last one is missing lack everything', () => {
  const inventory = readOf({ [IAM]: { ...one, IsTruncated: true, Marker: 'more' } });
  const iam = inventory.accounts.get(A)?.iam();
  expect(iam?.state === 'collected' && iam.value.lacks).toEqual(['User', 'Role', 'Group', 'Policy']);
  expect(problemsOf(inventory)).toEqual([`incomplete-pages ${IAM}`]);
});

const TRUNCATED = { IsTruncated: true, Marker: 'more' };
const ROLES = { Roles: [role('one')] };

test.each([
  ['beside an answer about one role', [{ ...ROLES, ...TRUNCATED }, { Role: role('two') }]],
  ['beside a whole list of another kind', [{ ...ROLES, ...TRUNCATED }, { Users: [user('ann')] }]],
])('a list cut off %s is not whole', (_, pages) => {
  const inventory = inventoryOf({ [IAM]: pages });
  expect(iamOf({ [IAM]: pages }).lacks).toContain('Role');
  expect(inventory.accounts.get(A)?.moreRoles()).toMatchObject({ id: `roles:${A}`, state: 'notCollected' });
});

test('a list cut off in one file and whole by kind in another is not whole', () => {
  const inventory = inventoryOf({
    [`accounts/${A}/iam/role.json`]: { ...details({ RoleDetailList: [role('one')] }), ...TRUNCATED },
    [`accounts/${A}/iam/user.json`]: details({ UserDetailList: [user('ann')] }),
  });
  expect(inventory.accounts.get(A)?.moreRoles()?.id).toBe(`roles:${A}`);
});

test('pages in files of their own are one list', () => {
  const files = {
    [`accounts/${A}/iam/1.json`]: { ...one, ...TRUNCATED },
    [`accounts/${A}/iam/2.json`]: { ...two, IsTruncated: false },
  };
  expect(iamOf(files).lacks).toEqual([]);
  expect(inventoryOf(files).accounts.get(A)?.moreRoles()).toBeUndefined();
});

test.each([
  ['no list of roles at all', { Users: [user('ann')] }, `roles:${A}`],
  ['one role asked for by name', { Role: role('one') }, `roles:${A}`],
  ['a whole list', both, undefined],
])('roles that a search would not see: %s', (_, file, id) => {
  const read = inventoryOf({ [IAM]: file }).accounts.get(A);
  expect(read?.moreRoles()?.id).toBe(id);
  // The order of the calls does not matter.
  const again = inventoryOf({ [IAM]: file }).accounts.get(A);
  again?.iam();
  expect(again?.moreRoles()?.id).toBe(id);
});

test('roles of a list that was cut off are not put into the index', () => {
  const put: string[] = [];
  const trustIndex = { get: () => undefined, put: ({ path }: { readonly path: string }) => put.push(path) };
  inventoryOf({ [IAM]: { Users: [user('ann')] } }, { trustIndex })
    .accounts.get(A)
    ?.trusts();
  inventoryOf({ [IAM]: { ...one, ...TRUNCATED } }, { trustIndex })
    .accounts.get(A)
    ?.trusts();
  expect(put).toEqual([]);
});

test('groups of a user in pages are put together, and not whole without the last', () => {
  const folder = `accounts/${A}/iam/users/ann`;
  const groups = (name: string) => ({ Groups: [{ GroupName: name, Arn: `arn:aws:iam::${A}:group/${name}` }] });
  const files = {
    [`accounts/${A}/iam/user.json`]: { User: user('ann') },
    [`${folder}/1.json`]: { ...groups('a'), ...TRUNCATED },
  };
  const policies = (more: Readonly<Record<string, unknown>>) => iamOf({ ...files, ...more }).user('ann');
  expect(policies({})?.groups).toEqual(['a']);
  expect(policies({ [`${folder}/2.json`]: groups('b') })?.groups).toEqual(['a', 'b']);
});

test('trusts come from the index when it knows the file, and are put there when it does not', () => {
  const put: string[] = [];
  const files = { [IAM]: details({ RoleDetailList: [role('one')] }) };
  const filling = inventoryOf(files, { trustIndex: { get: () => undefined, put: ({ path }) => put.push(path) } });
  const trusts = filling.accounts.get(A)?.trusts();
  expect(put).toEqual([IAM]);
  const known = trusts?.state === 'collected' ? trusts.value : [];
  const served = inventoryOf({ [IAM]: 'never read' }, { trustIndex: { get: () => known, put: () => undefined } });
  expect(served.accounts.get(A)?.trusts()).toEqual(trusts);
  expect(served.problems()).toEqual([]);
});
