import { type Answer, canI, type GivenKey, type PathChoice, type Query } from '../../src/access/index.ts';
import { type Inventory, makeInventory, type Source } from '../../src/inventory/index.ts';

/** The least that makes a role, a user, a cluster; everything else is left out. */
export interface RoleSketch {
  readonly trust: unknown;
  readonly allow?: readonly unknown[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly boundary?: unknown;
  readonly path?: string;
  readonly created?: string;
}

export interface ClusterSketch {
  readonly mode?: string;
  readonly entries?: readonly {
    readonly principalArn: string;
    readonly kubernetesGroups?: readonly string[];
    readonly policies?: readonly string[];
  }[];
  readonly mapRoles?: string;
  readonly objects?: readonly unknown[];
}

export interface WorldSketch {
  /** Roles by account id and name. */
  readonly roles: Readonly<Record<string, Readonly<Record<string, RoleSketch>>>>;
  readonly cluster: ClusterSketch;
  /** Member accounts of the one organization; those that `roles` lacks are not collected. */
  readonly members?: readonly string[];
  readonly scp?: unknown;
}

const OWNER = '111111111111';
export const CLUSTER = `arn:aws:eks:eu-west-1:${OWNER}:cluster/prod`;

export function arn(account: string, name: string, path = '/'): string {
  return `arn:aws:iam::${account}:role${path}${name}`;
}

export function statement(more: Readonly<Record<string, unknown>>): unknown {
  return { Effect: 'Allow', Action: 'sts:AssumeRole', ...more };
}

export function trusts(principal: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return document([statement({ Principal: { AWS: principal }, ...more })]);
}

export function document(statements: readonly unknown[]): unknown {
  return { Version: '2012-10-17', Statement: statements };
}

const ALLOW_ALL = document([{ Effect: 'Allow', Action: '*', Resource: '*' }]);

/** Makes the inventory of a sketch, by way of the texts that a folder would hold. */
export function world(sketch: WorldSketch): Inventory {
  const sources: Source[] = [];
  const add = (path: string, value: unknown): void => {
    const text = JSON.stringify(value);
    sources.push({ path, size: text.length, text: () => text });
  };
  for (const [account, roles] of Object.entries(sketch.roles)) add(`accounts/${account}/iam.json`, iamOf(account, roles));
  const members = sketch.members ?? [...new Set([...Object.keys(sketch.roles), OWNER])];
  add('organizations/o-world.json', organizationOf(members, sketch.scp));
  const folder = `accounts/${OWNER}/eks/eu-west-1/prod`;
  const { mode = 'API_AND_CONFIG_MAP', entries = [], mapRoles, objects = [] } = sketch.cluster;
  add(`${folder}/cluster.json`, {
    cluster: { name: 'prod', arn: CLUSTER, version: '1.32', accessConfig: { authenticationMode: mode } },
  });
  add(`${folder}/creator.json`, { principalArn: arn(OWNER, 'founder') });
  add(`${folder}/access-entries/all.json`, entries.flatMap(entryOf));
  const auth = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'aws-auth', namespace: 'kube-system' },
    data: { mapRoles: mapRoles ?? '' },
  };
  const empty = { apiVersion: 'rbac.authorization.k8s.io/v1', rules: [] };
  add(`${folder}/kubernetes.json`, {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      auth,
      { ...empty, kind: 'ClusterRole', metadata: { name: 'none' } },
      { ...empty, kind: 'Role', metadata: { name: 'none', namespace: 'default' } },
      { ...empty, kind: 'ClusterRoleBinding', metadata: { name: 'none' }, roleRef: { kind: 'ClusterRole', name: 'none' } },
      {
        ...empty,
        kind: 'RoleBinding',
        metadata: { name: 'none', namespace: 'default' },
        roleRef: { kind: 'Role', name: 'none' },
      },
      ...objects,
    ],
  });
  return makeInventory(sources);
}

function entryOf({
  principalArn,
  kubernetesGroups = [],
  policies = [],
}: NonNullable<ClusterSketch['entries']>[number]): readonly unknown[] {
  const associated = policies.map((text) => {
    const [name, namespace] = text.split('@');
    const accessScope =
      namespace === undefined ? { type: 'cluster', namespaces: [] } : { type: 'namespace', namespaces: [namespace] };
    return { policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`, accessScope };
  });
  const username = `arn:aws:sts::${principalArn.split(':')[4]}:assumed-role/${principalArn.split('/').at(-1)}/{{SessionName}}`;
  return [
    {
      accessEntry: {
        clusterName: 'prod',
        principalArn,
        kubernetesGroups,
        username,
        type: 'STANDARD',
        createdAt: '2026-06-01T00:00:00Z',
      },
    },
    { clusterName: 'prod', principalArn, associatedAccessPolicies: associated },
  ];
}

function iamOf(account: string, roles: Readonly<Record<string, RoleSketch>>): unknown {
  const policies: unknown[] = [];
  const RoleDetailList = Object.entries(roles).map(([name, role], index) => {
    const Path = role.path ?? '/';
    const boundaryArn = `arn:aws:iam::${account}:policy/boundary-${name}`;
    if (role.boundary !== undefined) {
      const version = { VersionId: 'v1', IsDefaultVersion: true, Document: role.boundary };
      policies.push({ PolicyName: `boundary-${name}`, Arn: boundaryArn, DefaultVersionId: 'v1', PolicyVersionList: [version] });
    }
    return {
      Path,
      RoleName: name,
      RoleId: `AROA${account}${index}`,
      Arn: arn(account, name, Path),
      CreateDate: role.created ?? '2026-01-01T00:00:00Z',
      AssumeRolePolicyDocument: role.trust,
      RolePolicyList: role.allow === undefined ? [] : [{ PolicyName: 'inline', PolicyDocument: document(role.allow) }],
      AttachedManagedPolicies: [],
      Tags: Object.entries(role.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
      ...(role.boundary === undefined
        ? {}
        : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn } }),
    };
  });
  return { UserDetailList: [], GroupDetailList: [], RoleDetailList, Policies: policies };
}

function organizationOf(members: readonly string[], scp: unknown = ALLOW_ALL): unknown {
  return {
    Organization: { Id: 'o-world', MasterAccountId: '999999999999' },
    Roots: [
      {
        Id: 'r-world',
        PolicyTypes: [
          { Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' },
          { Type: 'RESOURCE_CONTROL_POLICY', Status: 'ENABLED' },
        ],
      },
    ],
    OrganizationalUnits: [],
    Accounts: [...members, '999999999999'].map((Id) => ({ Id, ParentId: 'r-world' })),
    Policies: [
      {
        PolicySummary: {
          Id: 'p-scp',
          Arn: 'arn:aws:organizations::999999999999:policy/o-world/service_control_policy/p-scp',
          Name: 'Everything',
          Type: 'SERVICE_CONTROL_POLICY',
        },
        Content: scp,
        Targets: [{ TargetId: 'r-world' }, ...members.map((TargetId) => ({ TargetId }))],
      },
      {
        PolicySummary: {
          Id: 'p-rcp',
          Arn: 'arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess',
          Name: 'RCPFullAWSAccess',
          Type: 'RESOURCE_CONTROL_POLICY',
        },
        Content: document([{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }]),
        Targets: [{ TargetId: 'r-world' }],
      },
    ],
  };
}

export interface Question {
  readonly as: string;
  readonly path?: PathChoice;
  readonly verb?: string;
  readonly resource?: string;
  readonly namespace?: string | null;
  readonly given?: readonly GivenKey[];
  readonly assume?: Query['assume'];
}

/** Asks for `get pods in web` unless the question says otherwise. */
export function ask(inventory: Inventory, question: Question): Answer {
  const cluster = inventory.clusters[0];
  if (cluster === undefined) throw new Error(JSON.stringify(inventory.problems()));
  const namespace = question.namespace === undefined ? 'web' : question.namespace;
  const answer = canI(inventory, {
    cluster,
    caller: { kind: 'aws', arn: question.as },
    path: question.path ?? { kind: 'any' },
    request: {
      verb: question.verb ?? 'get',
      apiGroup: '',
      resource: question.resource ?? 'pods',
      ...(namespace === null ? {} : { namespace }),
    },
    given: question.given ?? [],
    assume: question.assume ?? [],
    now: new Date('2026-11-23T12:00:00Z'),
  });
  if ('code' in answer) throw new Error(answer.message);
  return answer;
}

export function via(...roles: readonly string[]): PathChoice {
  return { kind: 'via', roles };
}
