import fc from 'fast-check';
import type { Source } from '../../src/inventory/index.ts';
import type { Binding, Role } from '../../src/rules/rbac/index.ts';
import type { Document, IamCase } from '../oracle/iam-case.ts';
import type { EntryCase, MappingCase } from '../oracle/mapping.ts';
import { ACCESS_POLICIES, type AssociatedCase, type PathCase } from '../oracle/path.ts';
import { assumeWorld, HOME } from './iam-worlds.ts';
import { rbacBinding, rbacRequest, rbacRole } from './rbac-worlds.ts';

const AWAY = '222222222222';
const ORG = 'o-worlds0001';
const ROOT = 'r-w001';
const SESSION = 's-1';
const ALLOW_ALL: Document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const TRUST_ALL: Document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
};

/** Keys that the walk cannot know and that a person therefore states, present or absent. */
const STATED = [
  'sts:ExternalId',
  'aws:PrincipalTag/Team',
  'aws:SourceIp',
  'aws:SourceArn',
  'aws:CurrentTime',
  'sts:RoleSessionName',
];

/** A request to assume a role out of the IAM worlds, bent to what an inventory can hold. */
const assume: fc.Arbitrary<IamCase> = assumeWorld.map((case_): IamCase => {
  const stated = Object.entries(case_.context).filter(([key]) => STATED.includes(key));
  const principalAccount = case_.principal.split(':')[4] ?? '';
  const arn = case_.principalFacts?.roleArn ?? case_.principal;
  const derived = {
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': principalAccount,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalOrgID': ORG,
    'aws:PrincipalOrgPaths': [`${ORG}/${ROOT}/`],
    ...(case_.principal.includes(':user/') ? { 'aws:username': 'al' } : {}),
  };
  const level = (documents: readonly Document[] | undefined): readonly Document[] =>
    documents?.length ? documents : [ALLOW_ALL];
  return {
    ...case_,
    principalFacts: { ...case_.principalFacts, managementAccount: false },
    resourceFacts: { managementAccount: false },
    context: { ...Object.fromEntries(stated), 'sts:RoleSessionName': SESSION, ...derived },
    resourcePolicy: case_.resourcePolicy ?? TRUST_ALL,
    sessionPolicy: null,
    scps: [level(case_.scps[0]), level(case_.scps[1])],
    rcps: [case_.rcps[0] ?? [], case_.rcps[1] ?? []],
  };
});

const associated: fc.Arbitrary<readonly AssociatedCase[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...Object.keys(ACCESS_POLICIES)),
    namespaces: fc.constantFrom<readonly string[]>([], ['north'], ['so*'], ['north', 'south']),
  }),
  { maxLength: 2, selector: ({ name }) => name },
);

const groups = fc.constantFrom<readonly string[]>([], ['crew'], ['ops'], ['crew', 'ops']);

function mappingOf(roleArn: string): fc.Arbitrary<MappingCase> {
  const bare = roleArn.replace(/:role\/.*\//, ':role/');
  const row = fc
    .record({
      arn: fc.constantFrom(bare, bare, roleArn, bare.toUpperCase(), `${bare}x`),
      username: fc.constantFrom('mira', 'x:{{SessionName}}'),
      names: groups,
    })
    .map(({ arn, username, names }) => `- rolearn: ${arn}\n  username: "${username}"\n  groups: ${JSON.stringify(names)}\n`);
  const awsAuth = fc.oneof(
    { weight: 5, arbitrary: fc.array(row, { minLength: 1, maxLength: 2 }).map((rows) => ({ mapRoles: rows.join('') })) },
    { weight: 1, arbitrary: fc.constant({ mapRoles: `- rolearn: ${bare}\n  groups:\n  - system:masters\n` }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  const entry = fc.record({ username: fc.option(fc.constantFrom('mira', 'olga')), kubernetesGroups: groups }).map(
    ({ username, kubernetesGroups }): EntryCase => ({
      principalArn: roleArn,
      type: 'STANDARD',
      kubernetesGroups,
      createdAt: '2026-03-01T00:00:00Z',
      ...(username === null ? {} : { username }),
    }),
  );
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return fc.record({
    authenticationMode: fc.constantFrom('CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'),
    awsAuth,
    accessEntries: fc.array(entry, { maxLength: 1 }),
    caller: fc.constant({
      arn: `arn:aws:sts::${HOME}:assumed-role/${name}/${SESSION}`,
      accountId: HOME,
      accessKeyId: '',
      principalArn: roleArn,
      uniqueId: 'AROATARGETTARGETTARG1',
      createDate: '2026-01-01T00:00:00Z',
    }),
    creator: fc.constant(`arn:aws:iam::${HOME}:role/founder`),
  });
}

/** Objects that every dump holds, so that no kind counts as left out; they give nothing to anybody. */
const FILLERS: readonly (Role | Binding)[] = [
  { kind: 'Role', name: 'filler', namespace: 'kube-system', labels: {}, rules: [] },
  { kind: 'ClusterRole', name: 'filler', namespace: '', labels: {}, rules: [] },
  { kind: 'RoleBinding', name: 'filler', namespace: 'kube-system', roleRef: { kind: 'Role', name: 'filler' }, subjects: [] },
  { kind: 'ClusterRoleBinding', name: 'filler', namespace: '', roleRef: { kind: 'ClusterRole', name: 'filler' }, subjects: [] },
];

const id = (object: { readonly kind: string; readonly namespace: string; readonly name: string }): string =>
  `${object.kind}/${object.namespace}/${object.name}`;

/** A closed world of one path with one assume hop. */
export const pathWorld: fc.Arbitrary<PathCase> = assume.chain((case_) =>
  fc.record({
    assume: fc.constant(case_),
    mapping: mappingOf(case_.resource),
    associated: fc.array(associated, { minLength: 1, maxLength: 1 }),
    roles: fc.uniqueArray(rbacRole, { minLength: 2, maxLength: 5, selector: id }),
    bindings: fc.uniqueArray(rbacBinding, { minLength: 2, maxLength: 5, selector: id }),
    // Kubernetes' default roles give everybody some paths; the oracle has no defaults.
    request: rbacRequest.filter((request) => 'resource' in request),
  }),
);

/** The stated keys of a world, as `--given` takes them; null: stated absent. */
export function givenOf({ assume: { context } }: PathCase): readonly { readonly key: string; readonly value: string | null }[] {
  return [...STATED, 'aws:RequestTag/Team', 'aws:TagKeys', 'aws:MultiFactorAuthPresent', 'aws:MultiFactorAuthAge'].map((key) => {
    const value = context[key];
    return { key, value: typeof value === 'string' ? value : null };
  });
}

/** Files of a world that can be taken away without the rest becoming another world. */
export const FILES = ['caller', 'target', 'organization', 'entries', 'kubernetes', 'description', 'creator'] as const;
export type File = (typeof FILES)[number];

/** The world as the files of an inventory folder, without those that are hidden. */
export function sourcesOf(world: PathCase, hidden: ReadonlySet<File>): readonly Source[] {
  const { assume: case_, mapping } = world;
  const sources: Source[] = [];
  const add = (file: File, path: string, value: unknown): void => {
    const text = JSON.stringify(value);
    if (!hidden.has(file)) sources.push({ path, size: text.length, text: () => text });
  };
  const callerAccount = case_.principal.split(':')[4] ?? '';
  const sameAccount = callerAccount === HOME;
  const target = roleDetail(case_.resource, 'AROATARGETTARGETTARG1', case_.resourcePolicy, [], null);
  const founder = roleDetail(`arn:aws:iam::${HOME}:role/founder`, 'AROAFOUNDERFOUNDERFO1', TRUST_ALL, [], null);
  const isUser = case_.principal.includes(':user/');
  const uniqueId = case_.principalFacts?.principalId ?? '';
  const callerArn = case_.principalFacts?.roleArn ?? case_.principal;
  const caller = isUser
    ? userDetail(callerArn, uniqueId, case_.identityPolicies, case_.boundary)
    : roleDetail(callerArn, uniqueId, TRUST_ALL, case_.identityPolicies, case_.boundary);
  const account = (users: readonly unknown[], roles: readonly unknown[], boundary: Document | null): unknown => ({
    UserDetailList: users,
    GroupDetailList: [],
    RoleDetailList: roles,
    Policies:
      boundary === null
        ? []
        : [
            {
              PolicyName: 'limit',
              Arn: LIMIT(callerAccount),
              DefaultVersionId: 'v1',
              PolicyVersionList: [{ Document: boundary, VersionId: 'v1', IsDefaultVersion: true }],
            },
          ],
  });
  const callers = isUser ? [[caller], []] : [[], [caller]];
  if (!sameAccount) add('caller', `accounts/${AWAY}/iam.json`, account(callers[0] ?? [], callers[1] ?? [], case_.boundary));
  const home = sameAccount ? [callers[0] ?? [], [target, founder, ...(callers[1] ?? [])]] : [[], [target, founder]];
  add('target', `accounts/${HOME}/iam.json`, account(home[0] ?? [], home[1] ?? [], sameAccount ? case_.boundary : null));
  add('organization', `organizations/${ORG}.json`, organizationOf(case_, callerAccount));
  addCluster(world, mapping, add);
  sources.push({ path: 'inventory.json', size: 0, text: () => JSON.stringify({ complete: hidden.size === 0 ? true : [] }) });
  return sources;
}

const LIMIT = (account: string): string => `arn:aws:iam::${account}:policy/limit`;

function detail(arn: string, boundary: Document | null): Record<string, unknown> {
  const account = arn.split(':')[4] ?? '';
  return {
    Path: arn.includes('/team/') ? '/team/' : '/',
    Arn: arn,
    CreateDate: '2026-01-01T00:00:00+00:00',
    AttachedManagedPolicies: [],
    Tags: [],
    ...(boundary === null
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: LIMIT(account) } }),
  };
}

function inline(documents: readonly Document[]): readonly unknown[] {
  return documents.map((PolicyDocument, i) => ({ PolicyName: `inline-${i}`, PolicyDocument }));
}

function userDetail(arn: string, UserId: string, documents: readonly Document[], boundary: Document | null): unknown {
  return {
    ...detail(arn, boundary),
    UserName: arn.slice(arn.lastIndexOf('/') + 1),
    UserId,
    GroupList: [],
    UserPolicyList: inline(documents),
  };
}

function roleDetail(
  arn: string,
  RoleId: string,
  trust: Document | null,
  documents: readonly Document[],
  boundary: Document | null,
): unknown {
  return {
    ...detail(arn, boundary),
    RoleName: arn.slice(arn.lastIndexOf('/') + 1),
    RoleId,
    AssumeRolePolicyDocument: trust,
    InstanceProfileList: [],
    RolePolicyList: inline(documents),
  };
}

/** One level at the root and one at each account: SCPs of the caller's, RCPs of the role's. */
function organizationOf(case_: IamCase, callerAccount: string): unknown {
  const policies: unknown[] = [];
  const attach = (Type: string, documents: readonly Document[] | undefined, targets: readonly string[]): void => {
    for (const document of documents ?? []) {
      const Id = `p-${policies.length}`;
      policies.push({
        PolicySummary: { Id, Name: Id, Type },
        Content: JSON.stringify(document),
        Targets: targets.map((TargetId) => ({ TargetId })),
      });
    }
  };
  const others = [HOME, AWAY].filter((account) => account !== callerAccount);
  attach('SERVICE_CONTROL_POLICY', case_.scps[0], [ROOT]);
  attach('SERVICE_CONTROL_POLICY', case_.scps[1], [callerAccount]);
  attach('SERVICE_CONTROL_POLICY', [ALLOW_ALL], [...others, '999999999999']);
  attach('RESOURCE_CONTROL_POLICY', case_.rcps[0], [ROOT]);
  attach('RESOURCE_CONTROL_POLICY', case_.rcps[1], [HOME]);
  attach(
    'RESOURCE_CONTROL_POLICY',
    [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } }],
    [ROOT],
  );
  return {
    Organization: { Id: ORG, FeatureSet: 'ALL', MasterAccountId: '999999999999' },
    Roots: [
      {
        Id: ROOT,
        PolicyTypes: ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'].map((Type) => ({ Type, Status: 'ENABLED' })),
      },
    ],
    OrganizationalUnits: [],
    Accounts: ['999999999999', HOME, AWAY].map((Id) => ({ Id, ParentId: ROOT, Status: 'ACTIVE' })),
    Policies: policies,
  };
}

function addCluster(world: PathCase, mapping: MappingCase, add: (file: File, path: string, value: unknown) => void): void {
  const at = `accounts/${HOME}/eks/eu-west-1/prod`;
  const arn = `arn:aws:eks:eu-west-1:${HOME}:cluster/prod`;
  // Without a description the folder still says which cluster it is.
  add('description', `${at}/cluster.json`, {
    cluster: { name: 'prod', arn, version: '1.33', accessConfig: { authenticationMode: mapping.authenticationMode } },
  });
  add('creator', `${at}/creator.json`, { principalArn: mapping.creator });
  mapping.accessEntries.forEach(({ principalArn, kubernetesGroups, username, createdAt, type }, i) => {
    add('entries', `${at}/access-entries/${i}.json`, {
      accessEntry: { clusterName: 'prod', principalArn, kubernetesGroups, username, createdAt, type },
    });
    const policies = (world.associated[i] ?? []).map(({ name, namespaces }) => ({
      policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
      accessScope: { type: namespaces.length === 0 ? 'cluster' : 'namespace', namespaces },
    }));
    add('entries', `${at}/access-entries/${i}.policies.json`, {
      associatedAccessPolicies: policies,
      clusterName: 'prod',
      principalArn,
    });
  });
  const objects = [...FILLERS, ...world.roles, ...world.bindings].map(({ kind, name, namespace, ...rest }) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name, ...(namespace === '' ? {} : { namespace }) },
    ...rest,
  }));
  const configMap = (name: string, data: unknown): unknown => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system' },
    data,
  });
  const maps = [configMap('coredns', {}), ...(mapping.awsAuth === null ? [] : [configMap('aws-auth', mapping.awsAuth)])];
  add('kubernetes', `${at}/kubernetes.json`, { apiVersion: 'v1', kind: 'List', items: [...objects, ...maps] });
}
