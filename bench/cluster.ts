import { output, roleArn } from './account.ts';
import type { Random } from './random.ts';

/** Writes one cluster: description, access entries, and what `kubectl get … -o yaml` prints; returns bytes. */
export function writeCluster(
  folder: string,
  random: Random,
  account: string,
  name: string,
  accounts: readonly string[],
  bindings: number,
): number {
  const region = 'eu-west-1';
  const at = `accounts/${account}/eks/${region}/${name}`;
  const json = (path: string, value: unknown): number => {
    const out = output(folder, `${at}/${path}`);
    out.write(`${JSON.stringify(value, null, 4)}\n`);
    return out.close();
  };
  const mode = random.pick(['API_AND_CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API', 'CONFIG_MAP']);
  let bytes = json('cluster.json', {
    cluster: {
      name,
      arn: `arn:aws:eks:${region}:${account}:cluster/${name}`,
      createdAt: '2025-06-02T09:14:21.403000+00:00',
      version: '1.33',
      endpoint: `https://${random.text(32)}.gr7.${region}.eks.amazonaws.com`,
      resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: true, publicAccessCidrs: ['0.0.0.0/0'] },
      identity: { oidc: { issuer: `https://oidc.eks.${region}.amazonaws.com/id/${random.text(32)}` } },
      status: 'ACTIVE',
      tags: { stage: random.pick(['prod', 'test']) },
      accessConfig: { authenticationMode: mode },
    },
  });
  const entries = mode === 'CONFIG_MAP' ? 0 : 10;
  for (let i = 0; i < entries; i++) bytes += writeEntry(json, random, i, i < 5 ? account : random.pick(accounts), account, name);
  const out = output(folder, `${at}/kubernetes.yaml`);
  out.write('apiVersion: v1\nitems:\n');
  out.write(awsAuth(random, account, accounts));
  for (let i = 0; i < Math.ceil(bindings / 10); i++) out.write(clusterRole(random, i));
  for (let i = 0; i < bindings; i++) out.write(binding(random, i));
  out.write('kind: List\nmetadata:\n  resourceVersion: ""\n');
  return bytes + out.close();
}

function writeEntry(
  json: (path: string, value: unknown) => number,
  random: Random,
  i: number,
  from: string,
  account: string,
  cluster: string,
): number {
  const principalArn = roleArn(from, i);
  const role = principalArn.slice(principalArn.lastIndexOf('/') + 1);
  const clusterName = cluster;
  const described = json(`access-entries/${from}-${role}.json`, {
    accessEntry: {
      clusterName,
      principalArn,
      kubernetesGroups: random.oneIn(2) ? [`team-${random.below(20)}`] : [],
      accessEntryArn: `arn:aws:eks:eu-west-1:${account}:access-entry/${cluster}/role/${from}/${role}/${random.text(8).toLowerCase()}`,
      createdAt: '2025-06-03T09:20:00.118000+00:00',
      modifiedAt: '2025-06-03T09:20:00.118000+00:00',
      tags: {},
      username: `arn:aws:sts::${from}:assumed-role/${role}/{{SessionName}}`,
      type: 'STANDARD',
    },
  });
  const associated = json(`access-entries/${from}-${role}.policies.json`, {
    associatedAccessPolicies: random.oneIn(2)
      ? [
          {
            policyArn: `arn:aws:eks::aws:cluster-access-policy/${random.pick(['AmazonEKSViewPolicy', 'AmazonEKSEditPolicy', 'AmazonEKSClusterAdminPolicy'])}`,
            accessScope: { type: 'cluster', namespaces: [] },
          },
        ]
      : [],
    clusterName,
    principalArn,
  });
  return described + associated;
}

function awsAuth(random: Random, account: string, accounts: readonly string[]): string {
  let rows = '';
  for (let i = 0; i < 12; i++) {
    const arn = roleArn(i < 6 ? account : random.pick(accounts), i);
    rows += `      - rolearn: ${arn}\n        username: ci:{{SessionName}}\n        groups:\n        - team-${random.below(20)}\n`;
  }
  return `- apiVersion: v1\n  data:\n    mapRoles: |\n${rows}  kind: ConfigMap\n  metadata:\n    name: aws-auth\n    namespace: kube-system\n`;
}

const RULES = [
  '  - apiGroups:\n    - ""\n    resources:\n    - pods\n    - pods/log\n    - configmaps\n    verbs:\n    - get\n    - list\n    - watch\n',
  '  - apiGroups:\n    - apps\n    resources:\n    - deployments\n    - statefulsets\n    verbs:\n    - "*"\n',
  '  - apiGroups:\n    - batch\n    resources:\n    - jobs\n    - cronjobs\n    verbs:\n    - create\n    - delete\n    - get\n',
  '  - nonResourceURLs:\n    - /metrics\n    verbs:\n    - get\n',
];

const stamp = (random: Random): string =>
  `    creationTimestamp: "2025-06-02T09:22:40Z"\n    uid: ${random.text(8).toLowerCase()}\n`;

function clusterRole(random: Random, i: number): string {
  const rules = Array.from({ length: 1 + random.few(12) }, () => random.pick(RULES)).join('');
  return `- apiVersion: rbac.authorization.k8s.io/v1\n  kind: ClusterRole\n  metadata:\n${stamp(random)}    name: team-role-${i}\n  rules:\n${rules}`;
}

function binding(random: Random, i: number): string {
  const isCluster = random.oneIn(8);
  const subjects = Array.from({ length: 1 + random.few(4) }, () =>
    random.oneIn(3)
      ? `  - kind: ServiceAccount\n    name: app-${random.below(50)}\n    namespace: ns-${random.below(40)}\n`
      : `  - apiGroup: rbac.authorization.k8s.io\n    kind: Group\n    name: team-${random.below(20)}\n`,
  ).join('');
  const where = isCluster ? '' : `    namespace: ns-${random.below(40)}\n`;
  const role = random.oneIn(2) ? random.pick(['view', 'edit', 'admin']) : `team-role-${random.below(20)}`;
  return `- apiVersion: rbac.authorization.k8s.io/v1\n  kind: ${isCluster ? 'ClusterRoleBinding' : 'RoleBinding'}\n  metadata:\n${stamp(random)}    name: binding-${i}\n${where}  roleRef:\n    apiGroup: rbac.authorization.k8s.io\n    kind: ClusterRole\n    name: ${role}\n  subjects:\n${subjects}`;
}
