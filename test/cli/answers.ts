import type { Answer, Hop } from '../../src/access/index.ts';
import type { StatementRef } from '../../src/rules/iam/index.ts';

/** Answers made by hand: the printer is judged by what it makes of them, whatever the engine says. */

const RUNNER = 'arn:aws:iam::222222222222:role/ci-runner';
const DEPLOYER = 'arn:aws:iam::111111111111:role/causeway/platform-access/ci-deploys-my-app';
const CLUSTER = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod';

export const trust: StatementRef = {
  policy: {
    kind: 'trust',
    name: `trust policy of ${DEPLOYER}`,
    origin: { file: 'accounts/111111111111/iam.json', path: ['RoleDetailList', 0, 'AssumeRolePolicyDocument'] },
  },
  statement: 0,
  sid: 'LetCiIn',
};

const identity: StatementRef = {
  policy: {
    kind: 'identity',
    name: 'inline policy deploy',
    origin: { file: 'accounts/222222222222/iam.json', path: ['RoleDetailList', 0, 'RolePolicyList', 0, 'PolicyDocument'] },
  },
  statement: 1,
};

const assume: Hop = {
  number: 1,
  kind: 'assume',
  from: RUNNER,
  to: 'arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/*',
  verdict: 'conditional',
  reasons: [
    { role: 'decides', text: 'both sides allow sts:AssumeRole', statement: identity },
    { role: 'decides', text: 'statement "LetCiIn" of the trust policy', statement: trust },
    { role: 'note', text: 'chained from another role: the session lasts one hour at most' },
  ],
  ways: [[]],
};

const authenticate: Hop = {
  number: 2,
  kind: 'authenticate',
  from: 'arn:aws:sts::111111111111:assumed-role/ci-deploys-my-app/*',
  to: DEPLOYER,
  verdict: 'allow',
  reasons: [{ role: 'decides', text: `STS names the caller, and the cluster compares ${DEPLOYER}` }],
  ways: [[]],
};

/** An allow under one condition. */
export const yesIf: Answer = {
  decision: 'allow',
  firm: false,
  headline: 'every hop allows under the conditions below',
  caller: RUNNER,
  cluster: CLUSTER,
  request: { verb: 'create', apiGroup: 'apps', resource: 'deployments', namespace: 'my-app-ns' },
  hops: [
    assume,
    authenticate,
    {
      ...authenticate,
      number: 3,
      kind: 'map',
      from: DEPLOYER,
      to: 'ci-deploys-my-app',
      reasons: [{ role: 'decides', text: 'the access entry of the role' }],
    },
    {
      number: 4,
      kind: 'authorize',
      from: 'ci-deploys-my-app (my-app-deployers)',
      to: '',
      verdict: 'allow',
      reasons: [{ role: 'decides', text: 'AmazonEKSEditPolicy at namespace my-app-ns' }],
      ways: [[]],
    },
  ],
  conditions: [
    {
      hop: 1,
      key: 'sts:ExternalId',
      kind: 'shared',
      text: 'sts:ExternalId is c0ffee',
      example: 'sts:ExternalId=c0ffee',
      statement: trust,
    },
    {
      hop: 1,
      key: 'aws:SourceIp',
      kind: 'surroundings',
      text: 'aws:SourceIp is absent',
      example: '!aws:SourceIp',
      statement: trust,
    },
  ],
  gaps: [],
  assumptions: [],
  beside: [
    {
      kind: 'describe',
      verdict: 'no',
      text: `${DEPLOYER} may not call eks:DescribeCluster: kubectl does not need it, making a kubeconfig does`,
    },
    { kind: 'reach', verdict: 'yes', text: 'the endpoint is public' },
    { kind: 'admission', verdict: 'unknown', text: 'admission control (webhooks, quotas, Pod Security) is not judged' },
  ],
  notes: [],
  alternatives: 1,
};

/** The same with nothing left open. */
export const yes: Answer = {
  ...yesIf,
  firm: true,
  headline: 'every hop allows',
  hops: yesIf.hops.map((hop) => ({ ...hop, verdict: 'allow' })),
  conditions: [],
  alternatives: 0,
};

/** A deny at the map hop, with a remedy. */
export const no: Answer = {
  ...yes,
  decision: 'deny',
  headline: 'the cluster does not know arn:aws:iam::111111111111:role/ci-deploys-my-app (hop 3, map)',
  hops: [
    { ...assume, verdict: 'allow' },
    authenticate,
    {
      ...authenticate,
      number: 3,
      kind: 'map',
      from: DEPLOYER,
      to: '',
      verdict: 'deny',
      reasons: [
        { role: 'decides', text: 'no row of aws-auth names the role' },
        {
          role: 'note',
          text: 'row 1 of mapRoles names a session (assumed-role), and the cluster compares with the role: it never matches',
          origin: { file: 'kubernetes.yaml', path: ['data', 'mapRoles'], nested: { syntax: 'yaml', path: [0] } },
        },
      ],
    },
    { ...authenticate, number: 4, kind: 'authorize', from: '', to: '', verdict: 'skipped', reasons: [] },
  ],
  remedy: {
    steps: [
      {
        owner: '111111111111',
        text: 'create an access entry for the role',
        command: `aws eks create-access-entry --region eu-west-1 --cluster-name prod \\\n  --principal-arn ${DEPLOYER}`,
        change: { kind: 'access-entry', principalArn: DEPLOYER },
      },
    ],
    proven: true,
    after: 'conditional',
    conditions: yesIf.conditions.slice(0, 1),
    gains: [],
    grant: 'grants:\n  - name: ci-deploys-my-app\n    access: edit\n',
  },
};

/** Nobody collected the caller's account. */
export const cannotTell: Answer = {
  ...yes,
  decision: 'unknown',
  wouldBe: 'allow',
  firm: false,
  headline: 'all that was collected allows; what is left is for 222222222222 to prove',
  hops: yes.hops.map((hop, index) => (index === 0 ? { ...hop, verdict: 'unknown' } : hop)),
  gaps: [
    {
      kind: 'gap',
      id: 'iam:222222222222',
      state: 'notCollected',
      what: `the identity policies of ${RUNNER}`,
      side: '222222222222',
      command: 'aws iam get-account-authorization-details > inventory/accounts/222222222222/iam.json',
    },
  ],
  assumptions: ['no service control policy limits an account whose organization was not collected (--assume no-scp)'],
};
