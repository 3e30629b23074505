import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeInventory } from '../../src/inventory/index.ts';
import { A, CLUSTER, details, IAM, inventoryOf, policy, problemsOf, readAll, role } from './folder.ts';

const LAUGHS = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: [*d,*d,*d,*d,*d,*d,*d,*d,*d]
`;

const BAD: readonly { name: string; text: string; problem: string; state: string }[] = [
  { name: 'empty', text: '', problem: `empty-file ${IAM}`, state: 'notCollected' },
  { name: 'space', text: ' \n\n', problem: `empty-file ${IAM}`, state: 'notCollected' },
  { name: 'cut off', text: '{\n  "RoleDetailList": [\n    {"RoleN', problem: `truncated ${IAM}:3:12`, state: 'notCollected' },
  { name: 'cut off within a list', text: '[1, 2,', problem: `truncated ${IAM}:1:7`, state: 'notCollected' },
  { name: 'a comma too many', text: '{\n  "Roles": [],\n}', problem: `not-json ${IAM}:3:1`, state: 'notCollected' },
  { name: 'a comment', text: '{ // x\n}', problem: `not-json ${IAM}:1:3`, state: 'notCollected' },
  { name: 'text after it', text: '{"Roles":[]} x', problem: `not-json ${IAM}:1:14`, state: 'notCollected' },
  {
    name: 'a second document that is broken',
    text: '{"Roles":[]}\n{"Roles":[}',
    problem: `not-json ${IAM}:2:11`,
    state: 'notCollected',
  },
  { name: 'HTML', text: '<!DOCTYPE html><html></html>', problem: `wrong-kind ${IAM}:1:1`, state: 'notCollected' },
  { name: 'a merge key first', text: '<<: *x\n', problem: `not-yaml ${IAM}`, state: 'notCollected' },
  { name: 'NUL', text: '{"Roles":[]}\u0000', problem: `binary ${IAM}:1:13`, state: 'notCollected' },
  {
    name: 'a Terraform plan',
    text: '{"format_version":"1.2","planned_values":{}}',
    problem: `wrong-kind ${IAM}`,
    state: 'notCollected',
  },
  { name: 'a single word', text: 'hello', problem: `wrong-kind ${IAM}:1:1`, state: 'notCollected' },
  { name: 'an empty list', text: '[]', problem: `wrong-kind ${IAM}`, state: 'notCollected' },
  { name: 'a null', text: 'null', problem: `wrong-kind ${IAM}`, state: 'notCollected' },
  { name: 'deep brackets', text: '['.repeat(100_000), problem: `truncated ${IAM}:1:100001`, state: 'notCollected' },
  {
    name: 'deep and closed',
    text: `${'['.repeat(9_000)}${']'.repeat(9_000)}`,
    problem: `too-deep ${IAM}:1:201`,
    state: 'notCollected',
  },
  { name: 'broken YAML', text: 'a: [1\nb: 2', problem: `not-yaml ${IAM}:2:1`, state: 'notCollected' },
  { name: 'billion laughs', text: LAUGHS, problem: `too-many-aliases ${IAM}`, state: 'notCollected' },
  {
    name: 'the error of a refusal',
    text: '\nAn error occurred (AccessDenied) when calling the GetAccountAuthorizationDetails operation: User: x is not authorized',
    problem: `error-text ${IAM}:1:1`,
    state: 'refused',
  },
  {
    name: 'another error',
    text: 'An error occurred (Throttling) when calling the GetAccountAuthorizationDetails operation: Rate exceeded',
    problem: `error-text ${IAM}:1:1`,
    state: 'notCollected',
  },
];

test.each(BAD)('$name: a problem with its place, and evidence that is missing', ({ text, problem, state }) => {
  const inventory = inventoryOf({ [IAM]: text });
  const account = inventory.accounts.get(A);
  const iam = account?.iam();
  expect(iam?.state).toBe(state);
  expect(account?.trusts().state).toBe(state);
  expect(problemsOf(inventory)).toEqual([problem]);
});

test('deep YAML neither crashes nor hangs', () => {
  const inventory = inventoryOf({ [IAM]: `a: ${'['.repeat(5_000)}` });
  expect(inventory.accounts.get(A)?.iam().state).toBe('notCollected');
  expect(inventory.problems()).toHaveLength(1);
});

test('a source that throws is a problem', () => {
  const boom = (): string => {
    throw new Error('disk on fire');
  };
  const inventory = makeInventory([{ path: IAM, size: 1, text: boom }]);
  expect(inventory.accounts.get(A)?.iam().state).toBe('notCollected');
  expect(inventory.problems()[0]).toMatchObject({ code: 'unreadable', message: 'disk on fire' });
});

test('a source without permission is refused', () => {
  const text = () => ({ unreadable: 'refused', message: 'no permission to read it' });
  expect(
    makeInventory([{ path: IAM, size: 1, text }])
      .accounts.get(A)
      ?.iam().state,
  ).toBe('refused');
});

test('files whose place means nothing are named, what is none of ours is not', () => {
  const inventory = inventoryOf({
    'accounts/123/iam.json': '{}',
    [`accounts/${A}/eks/x.json`]: '{}',
    'kubeconfig.yaml': 'a: 1',
    'README.md': '',
  });
  expect(problemsOf(inventory)).toEqual([`unknown-file accounts/${A}/eks/x.json`, 'unknown-file accounts/123/iam.json'].sort());
});

const VALID = JSON.stringify(
  details({
    RoleDetailList: [role('one', { RolePolicyList: [{ PolicyName: 'p', PolicyDocument: JSON.stringify(policy('a:b')) }] })],
  }),
  null,
  1,
);

const DUMP = `apiVersion: v1
items:
- apiVersion: v1
  data:
    mapRoles: |
      - rolearn: arn:aws:iam::111111111111:role/x
        username: "x"
  kind: ConfigMap
  metadata: {name: aws-auth, namespace: kube-system}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata:
    name: 'r'
  rules: []
kind: List
`;

test('of any prefix of a valid file, with any character put in, nothing is thrown and what is missing is said', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.constantFrom('', '"', '{', ']', '&', '*', ':', '\n', '\u0000', '|', '%', '!'),
      (cut, at, put) => {
        const damage = (text: string): string => {
          const short = text.slice(0, cut % (text.length + 1));
          const i = at % (short.length + 1);
          return short.slice(0, i) + put + short.slice(i);
        };
        const inventory = inventoryOf({ [IAM]: damage(VALID), [`${CLUSTER}/kubernetes.yaml`]: damage(DUMP) });
        readAll(inventory);
        const iam = inventory.accounts.get(A)?.iam();
        if (iam?.state !== 'collected') expect(inventory.problems().some(({ file }) => file === IAM)).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});

test('a whole prefix of JSON is never taken for the file', () => {
  fc.assert(
    fc.property(fc.nat(), (cut) => {
      const inventory = inventoryOf({ [IAM]: VALID.slice(0, cut % VALID.length) });
      expect(inventory.accounts.get(A)?.iam().state).toBe('notCollected');
      expect(inventory.problems()).toHaveLength(1);
    }),
    { numRuns: 100 },
  );
});
