import { since } from './duration.ts';
import { field, isList, type Json, type JsonObject, listAt, objectAt, textAt } from './json.ts';

/** One column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: 0 | 1;
  readonly cell: (object: JsonObject, now: Date) => string | number;
}

type Cell = Column['cell'];

function column(name: string, cell: Cell, priority: 0 | 1 = 0, type: Column['type'] = 'string'): Column {
  return { name, type, priority, cell };
}

const NAME = column('Name', (object) => textAt(object, 'metadata', 'name'));
const AGE = column('Age', (object, now) => since(textAt(object, 'metadata', 'creationTimestamp'), now));
const CREATED = column('Created At', (object) => textAt(object, 'metadata', 'creationTimestamp'), 0, 'date');

/** The text at a path, `<none>` where there is none. */
function at(...path: readonly string[]): Cell {
  return (object) => {
    const found = field(object, ...path);
    return typeof found === 'string' || typeof found === 'number' ? found || '<none>' : '<none>';
  };
}

function count(...paths: readonly (readonly string[])[]): Cell {
  return (object) =>
    paths.reduce((sum, path) => {
      const found = field(object, ...path);
      return sum + (isList(found) ? found.length : Object.keys(objectAt(object, ...path)).length);
    }, 0);
}

function number(...path: readonly string[]): Cell {
  return (object) => {
    const found = field(object, ...path);
    return typeof found === 'number' ? found : 0;
  };
}

function names(list: readonly Json[], key: string): string {
  return list.map((each) => textAt(each, key)).join(',') || '<none>';
}

function labels(...path: readonly string[]): Cell {
  return (object) => {
    const pairs = Object.entries(objectAt(object, ...path)).map(([key, value]) => `${key}=${String(value)}`);
    return pairs.sort().join(',') || '<none>';
  };
}

const ready: Cell = (object) => {
  const statuses = listAt(object, 'status', 'containerStatuses');
  const up = statuses.filter((status) => field(status, 'ready') === true).length;
  return `${up}/${listAt(object, 'spec', 'containers').length}`;
};

const replicas: Cell = (object) => {
  const wanted = field(object, 'spec', 'replicas');
  return `${number('status', 'readyReplicas')(object, new Date(0))}/${typeof wanted === 'number' ? wanted : 1}`;
};

const ports: Cell = (object) =>
  listAt(object, 'spec', 'ports')
    .map((port) => {
      const node = field(port, 'nodePort');
      return `${String(field(port, 'port'))}${typeof node === 'number' ? `:${node}` : ''}/${textAt(port, 'protocol') || 'TCP'}`;
    })
    .join(',') || '<none>';

const role: Cell = (object) => `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`;

function subjects(kind: string): Cell {
  return (object) =>
    listAt(object, 'subjects')
      .filter((subject) => textAt(subject, 'kind') === kind)
      .map((subject) =>
        kind === 'ServiceAccount' ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}` : textAt(subject, 'name'),
      )
      .join(', ');
}

const nodeRoles: Cell = (object) => {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(objectAt(object, 'metadata', 'labels')).filter((key) => key.startsWith(prefix));
  return roles.map((key) => key.slice(prefix.length)).join(',') || '<none>';
};

const nodeStatus: Cell = (object) => {
  const condition = listAt(object, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Ready');
  return condition === undefined ? 'Unknown' : textAt(condition, 'status') === 'True' ? 'Ready' : 'NotReady';
};

const containers = (key: 'name' | 'image', ...path: readonly string[]): Cell => {
  return (object) => names(listAt(object, ...path, 'containers'), key);
};

const binding: readonly Column[] = [
  NAME,
  column('Role', role),
  AGE,
  column('Users', subjects('User'), 1),
  column('Groups', subjects('Group'), 1),
  column('ServiceAccounts', subjects('ServiceAccount'), 1),
];

const workload: readonly Column[] = [
  NAME,
  column('Ready', replicas),
  column('Up-to-date', number('status', 'updatedReplicas'), 0, 'integer'),
  column('Available', number('status', 'availableReplicas'), 0, 'integer'),
  AGE,
  column('Containers', containers('name', 'spec', 'template', 'spec'), 1),
  column('Images', containers('image', 'spec', 'template', 'spec'), 1),
  column('Selector', labels('spec', 'selector', 'matchLabels'), 1),
];

/** Columns by kind, in the words of kubernetes pkg/printers/internalversion/printers.go; other kinds have name and age. */
const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  ConfigMap: [NAME, column('Data', count(['data'], ['binaryData']), 0, 'integer'), AGE],
  Secret: [NAME, column('Type', at('type')), column('Data', count(['data']), 0, 'integer'), AGE],
  ServiceAccount: [NAME, column('Secrets', count(['secrets']), 0, 'integer'), AGE],
  Namespace: [NAME, column('Status', at('status', 'phase')), AGE],
  Pod: [
    NAME,
    column('Ready', ready),
    column('Status', (object) =>
      textAt(object, 'metadata', 'deletionTimestamp') === '' ? at('status', 'phase')(object, new Date(0)) : 'Terminating',
    ),
    column('Restarts', () => 0, 0, 'integer'),
    AGE,
    column('IP', at('status', 'podIP'), 1),
    column('Node', at('spec', 'nodeName'), 1),
    column('Nominated Node', at('status', 'nominatedNodeName'), 1),
    column('Readiness Gates', () => '<none>', 1),
  ],
  Service: [
    NAME,
    column('Type', at('spec', 'type')),
    column('Cluster-IP', at('spec', 'clusterIP')),
    column('External-IP', (object) => listAt(object, 'spec', 'externalIPs').map(String).join(',') || '<none>'),
    column('Port(s)', ports),
    AGE,
    column('Selector', labels('spec', 'selector'), 1),
  ],
  Node: [
    NAME,
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    AGE,
    column('Version', at('status', 'nodeInfo', 'kubeletVersion')),
  ],
  Event: [
    column('Last Seen', (object, now) => since(textAt(object, 'lastTimestamp') || textAt(object, 'eventTime'), now)),
    column('Type', at('type')),
    column('Reason', at('reason')),
    column(
      'Object',
      (object) => `${textAt(object, 'involvedObject', 'kind').toLowerCase()}/${textAt(object, 'involvedObject', 'name')}`,
    ),
    column('Message', (object) => textAt(object, 'message').trim()),
    { ...NAME, priority: 1 },
  ],
  Deployment: workload,
  StatefulSet: [NAME, column('Ready', replicas), AGE],
  ReplicaSet: [
    NAME,
    column('Desired', number('spec', 'replicas'), 0, 'integer'),
    column('Current', number('status', 'replicas'), 0, 'integer'),
    column('Ready', number('status', 'readyReplicas'), 0, 'integer'),
    AGE,
  ],
  Role: [NAME, CREATED],
  ClusterRole: [NAME, CREATED],
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  Lease: [NAME, column('Holder', at('spec', 'holderIdentity')), AGE],
};

export function columnsOf(kind: string): readonly Column[] {
  return Object.hasOwn(COLUMNS, kind) ? (COLUMNS[kind] ?? []) : [NAME, AGE];
}
