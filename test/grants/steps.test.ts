import { describe, expect, test } from 'vitest';
import { findDrift, type GrantsFile, planRevoke } from '../../src/grants/index.ts';
import { applyChange, type Inventory, type Resource } from '../../src/inventory/index.ts';
import { A, applied, awayRole, B, CLUSTER, grantFile, NOW, openSteps, planOf, ROLE, stepsOf, wished, world } from './world.ts';

const CI = `arn:aws:iam::${B}:role/ci`;
const OPS = `arn:aws:iam::${B}:role/ops`;
const EDIT = `to: "${CI}", access: edit, namespaces: [web]`;
const EMPTY = world({ home: [], away: [awayRole('ci'), awayRole('ops')] });
const NOTHING = grantFile(`to: "${CI}", access: view, expires: 2020-01-01`);

/** The inventory with a file applied. */
function after(file: GrantsFile, inventory: Inventory = EMPTY): Inventory {
  return applied(planOf(file, inventory), inventory);
}

const GRANTS: readonly { readonly name: string; readonly keys: string; readonly mode?: string }[] = [
  { name: 'edit by a group', keys: EDIT },
  { name: 'view by a policy', keys: `to: "${CI}", access: view` },
  { name: 'edit by its policy', keys: `to: "${CI}", access: edit, mechanism: entry-policy, namespaces: [web, "dev-*"]` },
  { name: 'audit', keys: `to: "${CI}", access: audit` },
  {
    name: 'rules',
    keys: `to: "${CI}", access: { rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }] }, namespaces: [a, b]`,
  },
  { name: 'a policy', keys: `to: ["${CI}", "${OPS}"], access: { policy: AmazonEKSAdminViewPolicy }` },
  { name: 'direct', keys: `to: ["${CI}", "${OPS}"], access: edit, via: direct` },
  { name: 'rows of aws-auth', keys: `to: "${CI}", access: edit`, mode: 'CONFIG_MAP' },
  { name: 'rows of aws-auth, direct', keys: `to: ["${CI}", "${OPS}"], access: edit, via: direct`, mode: 'CONFIG_MAP' },
  { name: 'aws-auth by choice', keys: `to: "${CI}", access: admin, mechanism: aws-auth`, mode: 'API_AND_CONFIG_MAP' },
  { name: 'a permission set', keys: `to: { sso: { permissionSet: Dev, account: away } }, access: view` },
  { name: 'GitHub', keys: 'to: { github: { repo: o/r, environment: prod } }, access: view' },
  {
    name: 'irsa',
    keys: 'to: { irsa: { cluster: prod, namespace: a, serviceAccount: b, issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/X" } }, access: view',
  },
  {
    name: 'everything that can be asked for',
    keys: `to: "${CI}", access: view, require: { externalId: abc, sourceIdentity: [xx, yy], organization: o-a1b2c3d4e5, sourceIp: [10.0.0.0/8, 192.0.2.1], sessionName: caller }, session: 2h, expires: 2027-03-31`,
  },
];

describe.each(GRANTS)('$name', ({ keys, mode = 'API' }) => {
  const start = world({ mode, home: [], away: [awayRole('ci'), awayRole('ops')] });
  const file = grantFile(keys);
  const made = after(file, start);

  test('a second plan has nothing to do', () => {
    expect(planOf(file, start).refusals).toEqual([]);
    expect(openSteps(planOf(file, made)).filter((step) => !step.startsWith('other-owner'))).toEqual([]);
  });

  test('nothing has drifted', () => {
    const { drifted, pending } = findDrift(file, made, { now: NOW });
    expect(drifted).toEqual([]);
    expect(pending.filter(({ text }) => !text.includes('AWSReservedSSO'))).toEqual([]);
  });

  test('revoke takes away all that was made, the mapping first', () => {
    const plan = planRevoke(file, made, { grant: 'g' }, { now: NOW });
    const gone = plan === undefined ? made : applied(plan, made);
    expect(openSteps(planOf(file, gone))).toEqual(openSteps(planOf(file, start)));
    expect(openSteps(planOf(NOTHING, gone))).toEqual([]);
    const [first] = plan?.steps ?? [];
    expect(['access-policy', 'access-entry', 'aws-auth-row']).toContain(first?.resource.kind);
  });

  test('a grant that has expired, or left the file, is taken away by the plan', () => {
    expect(openSteps(planOf(NOTHING, applied(planOf(NOTHING, made), made)))).toEqual([]);
    expect(openSteps(planOf(NOTHING, made)).every((step) => step.startsWith('to-do delete'))).toBe(true);
  });
});

test('what is owned and not wished for any more goes, other things stay', () => {
  const two = grantFile(EDIT, `  - { name: h, on: prod, to: "${OPS}", access: audit }\n`);
  const plan = planOf(grantFile(EDIT), after(two));
  expect(openSteps(plan).map((step) => step.replace(/^to-do delete /, ''))).toEqual([
    `access-entry ${CLUSTER} arn:aws:iam::${A}:role/causeway/f/h`,
    `rbac-object ${CLUSTER} ClusterRoleBinding /causeway:f:h`,
    `rbac-object ${CLUSTER} ClusterRole /causeway:f:audit`,
    `inline-policy arn:aws:iam::${A}:role/causeway/f/h describe-cluster`,
    `role arn:aws:iam::${A}:role/causeway/f/h`,
    `inline-policy ${OPS} causeway-f-h`,
  ]);
});

test('another way in: the new one is made before the old one goes', () => {
  const before = after(grantFile(`to: "${CI}", access: edit, mechanism: entry-policy, namespaces: [web]`));
  expect(openSteps(planOf(grantFile(EDIT), before))).toEqual([
    `to-do create rbac-object ${CLUSTER} RoleBinding web/causeway:f:g`,
    `to-do update access-entry ${CLUSTER} ${ROLE}`,
    `to-do delete access-policy ${CLUSTER} ${ROLE} arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy`,
  ]);
});

test('another ClusterRole: a binding cannot change whom it refers to, so it is made anew', () => {
  const plan = planOf(grantFile(`to: "${CI}", access: admin, namespaces: [web]`), after(grantFile(EDIT)));
  expect(plan.steps.filter(({ replace }) => replace).map(({ id }) => id)).toEqual([
    `rbac-object ${CLUSTER} RoleBinding web/causeway:f:g`,
  ]);
});

describe('what somebody else made', () => {
  const entry = { principalArn: CI, kubernetesGroups: ['their-own'], tags: { team: 'x' } };
  const file = grantFile(`to: "${CI}", access: edit, via: direct`);

  test('is not written, and is handed over', () => {
    const inventory = world({ home: [], away: [awayRole('ci')], entries: [entry] });
    expect(openSteps(planOf(file, inventory))).toContain(`other-owner update access-entry ${CLUSTER} ${CI}`);
  });

  test("gets no access policy, which nobody could tell from its owner's own", () => {
    const wish = grantFile(`to: "${CI}", access: { policy: AmazonEKSEditPolicy }, via: direct`);
    const inventory = world({ home: [], away: [awayRole('ci')], entries: [entry] });
    expect(openSteps(planOf(wish, inventory))).toEqual([
      `other-owner create access-policy ${CLUSTER} ${CI} arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy`,
    ]);
    const adopted = applied(planOf(wish, inventory, { adopt: true }), inventory);
    expect(openSteps(planOf(wish, adopted))).toEqual([]);
    expect(openSteps(planOf(NOTHING, adopted)).filter((step) => step.startsWith('to-do delete access'))).toHaveLength(2);
  });

  test('is used as it is where it gives what is wished, and never goes with the grant', () => {
    const inventory = world({
      home: [],
      away: [awayRole('ci')],
      entries: [{ ...entry, kubernetesGroups: ['their-own', 'causeway:f:g'] }],
    });
    expect(stepsOf(planOf(file, inventory))).toContain(`done update access-entry ${CLUSTER} ${CI}`);
    expect(openSteps(planOf(NOTHING, after(file, inventory))).join()).not.toContain('access-entry');
  });

  test('is taken over with --adopt alone', () => {
    const inventory = world({ home: [], away: [awayRole('ci')], entries: [entry] });
    const plan = planOf(file, inventory, { adopt: true });
    expect(openSteps(plan)).toContain(`to-do update access-entry ${CLUSTER} ${CI}`);
    expect(openSteps(planOf(file, applied(plan, inventory)))).toEqual([]);
  });

  test('what is taken over goes with all that hangs on it and was not wished for', () => {
    const scope = { type: 'cluster', namespaces: [] };
    const policies = [{ policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy', accessScope: scope }];
    const inventory = world({ home: [], away: [awayRole('ci')], entries: [{ ...entry, policies }] });
    const plan = planOf(file, inventory, { adopt: true });
    expect(openSteps(plan).some((step) => step.includes('delete access-policy'))).toBe(true);
    expect(openSteps(planOf(file, applied(plan, inventory)))).toEqual([]);
  });

  test('a policy by another name that says just what is needed is used', () => {
    const document = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: ['sts:assumerole'], Resource: [ROLE], Sid: 'x' },
    };
    const ci = awayRole('ci', { RolePolicyList: [{ PolicyName: 'mine', PolicyDocument: document }] });
    expect(stepsOf(planOf(grantFile(EDIT), world({ home: [], away: [ci] })))).toContain(
      `done create inline-policy ${CI} causeway-f-g`,
    );
  });

  test('a mark of another file is another owner', () => {
    const inventory = world({ home: [], away: [awayRole('ci')], entries: [{ ...entry, tags: { 'causeway:owner': 'ff/g' } }] });
    const step = planOf(file, inventory).steps.find(({ resource }) => resource.kind === 'access-entry');
    expect(step?.state).toBe('other-owner');
    expect(step?.notes.join()).toContain('ff/g');
    expect(openSteps(planOf(NOTHING, inventory))).toEqual([]);
  });
});

describe('drift', () => {
  const file = grantFile(EDIT);
  const made = after(file);
  const wishes = planOf(file, made);

  /** Codes after one resource was put or removed. */
  function codes(kind: 'put' | 'remove', resource: Resource | undefined, from: GrantsFile = file): readonly string[] {
    if (resource === undefined) throw new Error('there is no such resource');
    const { drifted, pending } = findDrift(from, applyChange(made, { kind, resource }), { now: NOW });
    return [...drifted, ...pending].map(({ code, step }) => `${code} ${step?.split(' ')[0]}`);
  }

  test.each(['role', 'inline-policy', 'access-entry', 'rbac-object'] as const)('a %s that is gone', (kind) => {
    expect(codes('remove', wished(wishes, kind))).toContain(`gone ${kind}`);
  });

  test('a trust policy that lets somebody else in', () => {
    const role = wished(wishes, 'role');
    if (role === undefined) throw new Error('no role');
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: [CI, OPS] }, Action: 'sts:AssumeRole' }],
    };
    expect(codes('put', { ...role, trust })).toEqual(['changed role']);
  });

  test('a trust policy that names a principal that is gone', () => {
    const role = wished(wishes, 'role');
    if (role === undefined) throw new Error('no role');
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: 'AROAEXAMPLE' }, Action: 'sts:AssumeRole' }],
    };
    expect(codes('put', { ...role, trust })).toEqual(['recreated role']);
  });

  test('an edited file is no drift', () => {
    expect(
      codes('put', wished(wishes, 'role'), grantFile(`to: "${CI}", access: edit, namespaces: [web, more]`)).every(
        (code) => !code.startsWith('changed'),
      ),
    ).toBe(true);
    const { drifted } = findDrift(grantFile(`to: ["${CI}", "${OPS}"], access: view`), made, { now: NOW });
    expect(drifted).toEqual([]);
  });

  test('an entry whose role was made again', () => {
    const role = { ...awayRole('g'), Arn: ROLE, Path: '/causeway/f/', CreateDate: '2026-06-01T00:00:00Z', Tags: [] };
    const entry = {
      principalArn: ROLE,
      createdAt: '2026-01-01T00:00:00Z',
      kubernetesGroups: ['causeway:f:g'],
      tags: { 'causeway:owner': 'f/g' },
    };
    const plan = planOf(file, world({ home: [role], away: [awayRole('ci')], entries: [entry] }));
    expect(plan.steps.find(({ resource }) => resource.kind === 'access-entry')).toMatchObject({ state: 'to-do', replace: true });
  });

  test('a permission set with a new suffix', () => {
    const sso = (suffix: string): unknown => {
      const RoleName = `AWSReservedSSO_Dev_${suffix}`;
      return {
        ...awayRole(RoleName),
        Path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
        Arn: `arn:aws:iam::${B}:role/aws-reserved/sso.amazonaws.com/eu-west-1/${RoleName}`,
      };
    };
    const grant = grantFile('to: { sso: { permissionSet: Dev, account: away } }, access: view');
    const plan = planOf(grant, world({ home: [], away: [sso('0123456789abcdef')] }));
    const role = wished(plan, 'role');
    const later = world({ home: [], away: [sso('fedcba9876543210')] });
    const had = role === undefined ? later : applyChange(later, { kind: 'put', resource: role });
    expect(findDrift(grant, had, { now: NOW }).drifted.map(({ code }) => code)).toContain('renamed');
    const unseen = world({ home: [] });
    const blind = role === undefined ? unseen : applyChange(unseen, { kind: 'put', resource: role });
    expect(stepsOf(planOf(grant, blind))).toContain(`done update role ${ROLE}`);
  });
});

test('revoke a principal: the others keep their access', () => {
  const file = grantFile(`to: ["${CI}", "${OPS}"], access: edit`);
  const made = after(file);
  const plan = planRevoke(file, made, { principal: OPS }, { now: NOW });
  expect(plan?.steps.map(({ verb, id }) => `${verb} ${id}`)).toEqual([
    `create inline-policy ${ROLE} end-older-sessions`,
    `update role ${ROLE}`,
    `delete inline-policy ${OPS} causeway-f-g`,
  ]);
  expect(planRevoke(file, made, { principal: `${OPS}x` }, { now: NOW })).toBeUndefined();
  expect(planRevoke(file, made, { grant: 'x' }, { now: NOW })).toBeUndefined();
});

test('revoke leaves no shared ClusterRole behind, also where somebody took the binding away before', () => {
  const file = grantFile(`to: "${CI}", access: audit`);
  const made = after(file);
  const binding = planOf(NOTHING, made).steps.find(({ id }) => id.includes('ClusterRoleBinding'));
  if (binding === undefined) throw new Error('the grant has no binding');
  const without = applyChange(made, { kind: 'remove', resource: binding.resource });
  const plan = planRevoke(file, without, { grant: 'g' }, { now: NOW });
  expect(openSteps(planOf(NOTHING, plan === undefined ? without : applied(plan, without)))).toEqual([]);
});
