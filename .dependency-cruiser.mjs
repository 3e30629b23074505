// The rooms and their arrows (ARCHITECTURE.md): which room may know which. tools/rooms.ts runs this, makes sure that
// every module was seen, and plants one violation of each rule to see it caught.

const rules = ['arn', 'token', 'iam', 'sts', 'rbac', 'eks'].map((name) => `rules/${name}`);
const pure = ['base', ...rules, 'inventory', 'access', 'grants', 'lint', 'kubeconfig'];

/** Room → the rooms it may import. What is not here may not be. */
export const arrows = {
  base: [],
  'rules/arn': ['base'],
  'rules/token': ['base', 'rules/arn'],
  'rules/iam': ['base', 'rules/arn'],
  'rules/sts': ['base', 'rules/arn', 'rules/iam'],
  'rules/rbac': ['base'],
  'rules/eks': ['base', 'rules/arn', 'rules/rbac'],
  inventory: ['base', ...rules],
  access: ['base', ...rules, 'inventory'],
  grants: ['base', ...rules, 'inventory', 'access'],
  kubeconfig: ['base', 'rules/arn'],
  lint: ['base', ...rules, 'inventory', 'access', 'grants', 'kubeconfig'],
  // The inventory says how it wants its files (a source of texts); files is that source.
  'edge/files': ['base', 'inventory'],
  // It signs its own calls of STS.
  'edge/credentials': ['base', 'rules/arn', 'rules/token'],
  'edge/aws': ['base', 'rules/arn', 'rules/token', 'edge/credentials'],
  'edge/kube': ['base', 'rules/arn', 'edge/credentials'],
  'edge/collect': ['base', ...rules, 'inventory', 'edge/aws', 'edge/kube', 'edge/files'],
  'edge/apply': ['base', ...rules, 'inventory', 'access', 'grants', 'edge/aws', 'edge/kube', 'edge/files'],
  'edge/authenticator': [
    'base',
    'rules/arn',
    'rules/token',
    'rules/eks',
    'rules/rbac',
    'edge/credentials',
    'edge/kube',
    'edge/files',
  ],
  // The other side of the wire: it shares the rules with the clients, never their code.
  'edge/lab': [...pure, 'edge/files'],
  'edge/web': [...pure, 'edge/files'],
  cli: [
    ...pure,
    ...['files', 'credentials', 'aws', 'kube', 'collect', 'apply', 'authenticator', 'lab', 'web'].map((name) => `edge/${name}`),
  ],
};

const rooms = Object.keys(arrows);
const inside = (room) => `^src/${room}/`;
const anyOf = (names) => `^src/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'A circle of types alone is none: nothing is left of it when the program runs.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-room-without-arrows',
      comment: 'A new room needs a line in the table above.',
      severity: 'error',
      from: { path: '^src/', pathNot: [anyOf(rooms), '^src/index\\.ts$'] },
      to: {},
    },
    ...rooms.map((room) => ({
      name: `arrows-of-${room.replace('/', '-')}`,
      severity: 'error',
      from: { path: inside(room) },
      to: { path: '^src/', pathNot: anyOf([room, ...arrows[room]]) },
    })),
    ...rooms.map((room) => ({
      name: `door-of-${room.replace('/', '-')}`,
      comment: 'Nobody reaches past a door: import the index.ts of the room.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(room) },
      to: { path: inside(room), pathNot: `${inside(room)}index\\.ts$` },
    })),
    {
      name: 'doors-from-outside',
      comment: 'Outside src only the tests of a room may see its inner files (test/iam/ those of src/rules/iam/).',
      severity: 'error',
      from: { path: '^(bench|examples|tools)/' },
      to: { path: '^src/', pathNot: ['/index\\.ts$', '^src/index\\.ts$', '^src/cli/main\\.ts$'] },
    },
    {
      name: 'doors-from-tests',
      severity: 'error',
      from: { path: '^test/([^/]+)/' },
      to: { path: '^src/', pathNot: ['/index\\.ts$', '^src/index\\.ts$', '^src/cli/main\\.ts$', '^src/(?:rules/|edge/)?$1/'] },
    },
    {
      name: 'pure-rooms-have-no-node',
      comment: 'Values in, values out. Only edge and cli meet the machine; token needs a signature.',
      severity: 'error',
      from: { path: anyOf(pure), pathNot: inside('rules/token') },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'token-has-crypto-alone',
      severity: 'error',
      from: { path: inside('rules/token') },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'pure-rooms-have-parsers-alone',
      severity: 'error',
      from: { path: anyOf(pure) },
      to: { path: 'node_modules/', pathNot: 'node_modules/(yaml|jsonc-parser|zod)/' },
    },
    {
      name: 'iam-and-rbac-need-no-package',
      comment: 'The rules that decide rest on nothing but the language.',
      severity: 'error',
      from: { path: anyOf(['rules/arn', 'rules/token', 'rules/iam', 'rules/sts', 'rules/rbac']) },
      to: { path: 'node_modules/' },
    },
    {
      name: 'src-knows-no-outside',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|tools|bench|examples)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types are arrows too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  },
};
