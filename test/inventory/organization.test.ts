import { expect, test } from 'vitest';
import type { OrganizationMember } from '../../src/inventory/index.ts';
import { A, inventoryOf, policy, problemsOf } from './folder.ts';

const FILE = 'organizations/o-abc.json';
const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';

function control(
  id: string,
  Type: string,
  targets: readonly string[] | undefined,
  Content: unknown = JSON.stringify(policy('*')),
) {
  const PolicySummary = { Id: id, Arn: `arn:aws:organizations::999999999999:policy/o-abc/${id}`, Name: id, Type };
  const rest = targets === undefined ? {} : { Targets: targets.map((TargetId) => ({ TargetId })) };
  return { PolicySummary, ...(Content === undefined ? {} : { Content }), ...rest };
}

const TREE = {
  Organization: { Id: 'o-abc', MasterAccountId: '999999999999', FeatureSet: 'ALL' },
  Roots: [{ Id: 'r-1' }],
  OrganizationalUnits: [
    { Id: 'ou-1-a', Name: 'A', ParentId: 'r-1' },
    { Id: 'ou-1-b', Name: 'B', ParentId: 'ou-1-a' },
  ],
  Accounts: [{ Id: A, Name: 'apps', ParentId: 'ou-1-b' }],
};
const LINE = ['r-1', 'ou-1-a', 'ou-1-b', A];
const FULL = [control('p-full', SCP, LINE), control('p-rcp', RCP, LINE)];
const ENABLED = (...types: readonly string[]) => [{ Id: 'r-1', PolicyTypes: types.map((Type) => ({ Type, Status: 'ENABLED' })) }];

function memberOf(file: unknown, marks: unknown = { version: 1 }): OrganizationMember | undefined {
  const inventory = inventoryOf({ [FILE]: file, 'inventory.json': marks });
  return inventory.organizations[0]?.members.get(A);
}

test('levels run from the root to the account, and the path is that of aws:PrincipalOrgPaths', () => {
  const member = memberOf({ ...TREE, Policies: FULL });
  expect(member).toMatchObject({ name: 'apps', orgPath: 'o-abc/r-1/ou-1-a/ou-1-b/' });
  if (member?.scps.state !== 'collected') throw new Error('not collected');
  expect(member.scps.value.map(({ target }) => target)).toEqual(LINE);
  expect(member.scps.value[0]?.policies[0]).toMatchObject({
    name: 'SCP p-full',
    document: policy('*'),
    origin: { file: FILE, path: ['Policies', 0, 'Content'], nested: { syntax: 'json', path: [] } },
  });
});

test.each([
  ['answers of several commands in a row', [TREE, { Policies: FULL }].map((page) => JSON.stringify(page)).join('\n')],
  ['a list of answers', [TREE, { Policies: FULL.slice(0, 1) }, { Policies: FULL.slice(1) }]],
  ['policy texts as objects', { ...TREE, Policies: FULL.map((item) => ({ ...item, Content: policy('*') })) }],
  [
    'policies without a summary around their fields',
    { ...TREE, Policies: FULL.map(({ PolicySummary, ...rest }) => ({ ...PolicySummary, ...rest })) },
  ],
])('%s read the same', (_, file) => {
  const member = memberOf(file);
  expect([member?.scps.state, member?.rcps.state]).toEqual(['collected', 'collected']);
  expect(member?.rcps.state === 'collected' && member.rcps.value[3]?.policies[0]?.document).toEqual(policy('*'));
});

const STATES: readonly { name: string; file: unknown; marks?: unknown; scps: string; rcps: string }[] = [
  { name: 'no policies', file: TREE, scps: 'notCollected', rcps: 'notCollected' },
  { name: 'an empty list without a mark', file: { ...TREE, Policies: [] }, scps: 'notCollected', rcps: 'notCollected' },
  {
    name: 'SCPs alone, nothing said of RCPs',
    file: { ...TREE, Policies: FULL.slice(0, 1) },
    scps: 'collected 4',
    rcps: 'notCollected',
  },
  {
    name: 'RCPs that the root does not have',
    file: { ...TREE, Roots: ENABLED(SCP), Policies: FULL.slice(0, 1) },
    scps: 'collected 4',
    rcps: 'collected 0',
  },
  {
    name: 'RCPs that the root has and the list lacks',
    file: { ...TREE, Roots: ENABLED(SCP, RCP), Policies: FULL.slice(0, 1) },
    scps: 'collected 4',
    rcps: 'notCollected',
  },
  {
    name: 'a list marked as complete',
    file: { ...TREE, Policies: FULL.slice(0, 1) },
    marks: { version: 1, complete: [`${FILE}#rcps`] },
    scps: 'collected 4',
    rcps: 'collected 0',
  },
  {
    name: 'a refusal of one kind',
    file: { ...TREE, Policies: FULL.slice(0, 1) },
    marks: { version: 1, refused: [{ path: FILE, part: 'rcps', error: 'AccessDenied' }] },
    scps: 'collected 4',
    rcps: 'refused',
  },
  {
    name: 'consolidated billing',
    file: { ...TREE, Organization: { ...TREE.Organization, FeatureSet: 'CONSOLIDATED_BILLING' } },
    scps: 'collected 0',
    rcps: 'collected 0',
  },
  {
    name: 'a policy without targets',
    file: { ...TREE, Policies: [control('p', SCP, undefined)] },
    scps: 'notCollected',
    rcps: 'notCollected',
  },
  {
    name: 'an account without a parent',
    file: { ...TREE, Accounts: [{ Id: A }], Policies: FULL },
    scps: 'notCollected',
    rcps: 'notCollected',
  },
  {
    name: 'units in a circle',
    file: {
      ...TREE,
      OrganizationalUnits: [
        { Id: 'ou-1-b', ParentId: 'ou-1-a' },
        { Id: 'ou-1-a', ParentId: 'ou-1-b' },
      ],
      Policies: FULL,
    },
    scps: 'notCollected',
    rcps: 'notCollected',
  },
];

test.each(STATES)('$name: SCPs $scps, RCPs $rcps', ({ file, marks, scps, rcps }) => {
  const member = memberOf(file, marks);
  const word = (kind: 'scps' | 'rcps'): string => {
    const found = member?.[kind];
    return found?.state === 'collected' ? `collected ${found.value.length}` : (found?.state ?? 'no member');
  };
  expect([word('scps'), word('rcps')]).toEqual([scps, rcps]);
});

test('a level without any SCP was not collected whole: AWS lets nobody detach the last one', () => {
  const member = memberOf({ ...TREE, Policies: [control('p-full', SCP, ['r-1', 'ou-1-a', A])] });
  const levels = member?.scps.state === 'collected' ? member.scps.value : [];
  expect(levels.map(({ policies }) => policies[0]?.gap?.state)).toEqual([undefined, undefined, 'notCollected', undefined]);
});

test('a policy without its text is a gap with the command for it', () => {
  const member = memberOf({ ...TREE, Policies: [{ ...control('p-x', SCP, LINE), Content: undefined }] });
  const levels = member?.scps.state === 'collected' ? member.scps.value : [];
  expect(levels[0]?.policies[0]?.gap).toMatchObject({
    state: 'notCollected',
    command: 'aws organizations describe-policy --policy-id p-x',
  });
});

test('members are accounts of the inventory, with their names', () => {
  const inventory = inventoryOf({ [FILE]: { ...TREE, Policies: FULL } });
  expect([...inventory.accounts.keys()]).toEqual([A, '999999999999']);
  expect(inventory.accounts.get(A)).toMatchObject({ name: 'apps' });
  expect(inventory.accounts.get(A)?.iam()).toMatchObject({
    state: 'notCollected',
    gap: { id: `iam:${A}`, command: 'aws iam get-account-authorization-details' },
  });
});

test('a file that is no organization is a problem', () => {
  const inventory = inventoryOf({ [FILE]: { Accounts: [] } });
  expect(inventory.organizations).toEqual([]);
  expect(problemsOf(inventory)).toEqual([`wrong-kind ${FILE}`]);
});

test.each([
  ['refused for the file', { refused: [{ path: `accounts/${A}/iam.json`, error: 'AccessDenied' }] }, 'refused'],
  ['refused for the folder above', { refused: [{ path: `accounts/${A}`, error: 'AccessDenied' }] }, 'refused'],
  ['refused for another account', { refused: [{ path: 'accounts/222222222222', error: 'AccessDenied' }] }, 'notCollected'],
  ['of another version', { version: 2, refused: [{ path: `accounts/${A}`, error: 'AccessDenied' }] }, 'notCollected'],
])('inventory.json %s', (_, marks, state) => {
  const inventory = inventoryOf({
    'inventory.json': { version: 1, ...marks },
    [`accounts/${A}/oidc-providers.json`]: { OpenIDConnectProviderList: [] },
  });
  expect(inventory.accounts.get(A)?.iam().state).toBe(state);
});

test.each([
  ['one page that says more follows', [TREE, { Policies: FULL, NextToken: 'x' }], 'notCollected', 'notCollected'],
  [
    'the last page is there',
    [TREE, { Policies: FULL.slice(0, 1), NextToken: 'x' }, { Policies: FULL }],
    'collected',
    'collected',
  ],
  ['the last page is empty', [TREE, { Policies: FULL, NextToken: 'x' }, { Policies: [] }], 'collected', 'collected'],
  [
    'one kind is cut off',
    [TREE, { Policies: FULL.slice(0, 1), NextToken: 'x' }, { Policies: FULL.slice(1) }],
    'notCollected',
    'collected',
  ],
  [
    'the targets of one policy are a page',
    { ...TREE, Policies: [{ ...FULL[0], NextToken: 'x' }, FULL[1]] },
    'notCollected',
    'collected',
  ],
])('pages of policies: %s', (_, file, scps, rcps) => {
  const member = memberOf(file);
  expect([member?.scps.state, member?.rcps.state]).toEqual([scps, rcps]);
});
