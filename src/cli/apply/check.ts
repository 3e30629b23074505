import { type Answer, canI, type Query } from '../../access/index.ts';
import { type GrantsFile, roleArn, type Wish } from '../../grants/index.ts';
import type { Inventory } from '../../inventory/index.ts';

/** One grant, tried for one caller on one cluster by what was read after the run. */
export interface Checked {
  readonly grant: string;
  readonly caller: string;
  readonly clusterArn: string;
  /** As `can-i` takes it: `create deployments.apps -n my-app-ns`. */
  readonly request: string;
  readonly verdict: 'yes' | 'if' | 'no' | 'unknown';
  readonly headline: string;
}

/** Tries each grant of a file with one request that its access allows, by evaluating an inventory that was read again. */
export function checkGrants(file: GrantsFile, inventory: Inventory, now: Date): readonly Checked[] {
  return file.grants
    .filter(({ expires }) => expires === undefined || expires > now.getTime())
    .flatMap((wish) =>
      wish.on.flatMap(({ arn, partition, account }) =>
        wish.to.flatMap((principal) => {
          const cluster = inventory.clusters.find((each) => each.arn === arn);
          if (!('arn' in principal) || cluster === undefined) return [];
          const request = probeOf(wish);
          const path: Query['path'] =
            wish.via === 'direct'
              ? { kind: 'self' }
              : { kind: 'via', roles: [roleArn(partition, account, file.name, wish.name)] };
          const caller = { kind: 'aws', arn: principal.arn } as const;
          const question = { cluster, caller, path, request, given: givenBy(wish), now };
          const proven = canI(inventory, { ...question, assume: [] });
          if ('kind' in proven) return [];
          // Whoever applies seldom may read the organization; what it may still deny is said.
          const taken = proven.decision === 'unknown' ? canI(inventory, { ...question, assume: ['no-scp', 'no-rcp'] }) : proven;
          const isTaken = taken !== proven && !('kind' in taken) && taken.decision === 'allow' && taken.firm;
          const answer = isTaken ? taken : proven;
          const { apiGroup, resource, verb, namespace } = request;
          const what = `${verb} ${apiGroup === '' ? resource : `${resource}.${apiGroup}`}`;
          const where = namespace === undefined ? ' -A' : ` -n ${namespace}`;
          return [
            {
              grant: wish.name,
              caller: principal.arn,
              clusterArn: arn,
              request: what + where,
              verdict: verdictOf(answer),
              headline: isTaken ? UNLESS : answer.headline,
            },
          ];
        }),
      ),
    );
}

const UNLESS = 'unless a control policy of the organization denies it, which nobody could read';

function verdictOf({ decision, conditions, firm }: Answer): Checked['verdict'] {
  if (decision === 'unknown') return 'unknown';
  if (decision === 'deny') return 'no';
  return conditions.length === 0 && firm ? 'yes' : 'if';
}

/** What the grant itself asks for, its caller is taken to bring. */
function givenBy({ require: { externalId } }: Wish): Query['given'] {
  return externalId === undefined ? [] : [{ key: 'sts:ExternalId', value: externalId }];
}

type Probe = Extract<Query['request'], { readonly resource: string }>;

/** Something that the access allows and that less access would not. */
function probeOf({ access, namespaces }: Wish): Probe {
  const where = namespaces[0] === undefined ? {} : { namespace: namespaces[0].replace(/\*$/, '') || 'default' };
  const probe = (verb: string, resource: string, apiGroup = ''): Probe => ({ verb, resource, apiGroup, ...where });
  switch (access.kind) {
    case 'audit':
      return probe('list', 'pods');
    case 'rules': {
      const rule = access.rules.find(({ resources = [] }) => resources.length > 0);
      const [verb = 'get', resource = 'pods', apiGroup = ''] = [rule?.verbs?.[0], rule?.resources?.[0], rule?.apiGroups?.[0]];
      return probe(literal(verb, 'get'), literal(resource, 'pods'), literal(apiGroup, ''));
    }
    default:
      return PROBES.find(([pattern]) => pattern.test(access.name))?.[1](probe) ?? probe('get', 'pods');
  }
}

const PROBES: readonly (readonly [RegExp, (probe: (verb: string, resource: string, apiGroup?: string) => Probe) => Probe])[] = [
  [/^cluster-admin$|ClusterAdmin/, (probe) => probe('delete', 'nodes')],
  [/AdminView|SecretReader/, (probe) => probe('get', 'secrets')],
  [/^admin$|EKSAdminPolicy/, (probe) => probe('create', 'rolebindings', 'rbac.authorization.k8s.io')],
  [/^edit$|EditPolicy/, (probe) => probe('create', 'deployments', 'apps')],
];

function literal(text: string, instead: string): string {
  return text === '*' ? instead : text;
}
