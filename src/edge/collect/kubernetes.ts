import type { Fields, Gate } from '../aws/index.ts';
import type { KubeAnswer, KubeFailure, KubeReader } from '../kube/index.ts';
import { type Context, missed } from './context.ts';
import type { ClusterPlace } from './eks.ts';
import { fieldsIn } from './fields.ts';
import type { ClusterWay, CollectSession } from './types.ts';

/** What is read of a cluster: `kubectl get` of each, and of the ConfigMaps aws-auth alone, since people put secrets into them. */
const KINDS = [
  ['clusterroles', '/apis/rbac.authorization.k8s.io/v1/clusterroles', 'ClusterRole'],
  ['clusterrolebindings', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', 'ClusterRoleBinding'],
  ['roles', '/apis/rbac.authorization.k8s.io/v1/roles', 'Role'],
  ['rolebindings', '/apis/rbac.authorization.k8s.io/v1/rolebindings', 'RoleBinding'],
  ['namespaces', '/api/v1/namespaces', 'Namespace'],
  ['serviceaccounts', '/api/v1/serviceaccounts', 'ServiceAccount'],
] as const;

const AWS_AUTH = '/api/v1/namespaces/kube-system/configmaps/aws-auth';

/** Objects on one page, as kubectl asks for them. */
const PAGE = 500;

/** The way to the API server of a cluster that was described: as whoever read it. */
export function describedWay(
  context: Context,
  session: CollectSession,
  { account, name, region, folder }: ClusterPlace,
  cluster: Fields,
): ClusterWay | undefined {
  const { endpoint } = cluster;
  if (typeof endpoint !== 'string' || !endpoint.startsWith('https://')) {
    const message = `the cluster has no endpoint yet (${String(cluster['status'] ?? 'no status')})`;
    missed(context, account, { path: `${folder}/kubernetes` }, 'kubernetes', { code: 'Error', message });
    return undefined;
  }
  const ca = fieldsIn([cluster['certificateAuthority']])[0]?.['data'];
  // A local cluster on Outposts is known by its id to the token (facts/eks.md §1.1).
  const id = typeof cluster['id'] === 'string' ? cluster['id'] : name;
  const proxyUrl = context.world.proxyFor(endpoint);
  const trust = typeof ca === 'string' ? { ca } : {};
  const access = { server: endpoint, ...trust, ...(proxyUrl === undefined ? {} : { proxyUrl }) };
  return { access, token: () => session.token(id, region) };
}

/** Reads aws-auth, roles, bindings, namespaces and service accounts of a cluster. */
export async function collectKubernetes(context: Context, place: ClusterPlace, way: ClusterWay): Promise<void> {
  const folder = `${place.folder}/kubernetes`;
  const ask = makeAsk(context, place, way);
  try {
    // The first answer shows whether the cluster can be reached at all: each of the others would wait as long.
    const first = await collectAwsAuth(context, place, ask.get);
    if (first !== undefined) {
      missed(context, place.account, { path: folder }, 'kubernetes', first);
      return;
    }
    await Promise.all(KINDS.map((kind) => collectKind(context, place, ask.get, kind)));
  } finally {
    await ask.close();
  }
}

type Get = (path: string, call: string) => Promise<KubeAnswer>;

/** Asks with a token of ours; one that the cluster does not take any more is made anew once. */
function makeAsk(
  { world, gate, count }: Context,
  { arn, account }: ClusterPlace,
  { access, token }: ClusterWay,
): { readonly get: Get; readonly close: () => Promise<void> } {
  const own: Gate = gate(`kubernetes ${arn}`);
  const connect = async (): Promise<KubeReader> => world.kube.kubeReader({ ...access, token: await token() }, world.timeoutMs);
  let reader = connect();
  let again: Promise<KubeReader> | undefined;
  const once = async (path: string, call: string, held: Promise<KubeReader>): Promise<KubeAnswer> => {
    try {
      return await own.run(
        async () => {
          const connected = await held;
          count(call, account);
          const answer = await connected.get(path);
          if ('failure' in answer) throw new Unanswered(answer.failure);
          return answer;
        },
        (error) => (error instanceof Unanswered ? world.kube.kubeTryEnd(error.failure) : 'final'),
      );
    } catch (error) {
      if (error instanceof Unanswered) return { failure: error.failure };
      const message = error instanceof Error ? error.message : String(error);
      return { failure: { code: 'CredentialsError', message } };
    }
  };
  const get: Get = async (path, call) => {
    const held = reader;
    const answer = await once(path, call, held);
    if (!('failure' in answer) || answer.failure.status !== 401 || again !== undefined) return answer;
    again = connect();
    (await held).close();
    reader = again;
    return once(path, call, again);
  };
  return {
    get,
    close: async () => {
      (await reader.catch(() => undefined))?.close();
    },
  };
}

class Unanswered extends Error {
  readonly failure: KubeFailure;

  constructor(failure: KubeFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Reads aws-auth; gives the failure that every other question would meet as well. */
async function collectAwsAuth(context: Context, place: ClusterPlace, get: Get): Promise<KubeFailure | undefined> {
  const path = `${place.folder}/kubernetes`;
  const answer = await get(AWS_AUTH, 'kubernetes:get configmap aws-auth');
  if (!('failure' in answer)) {
    context.book.file(`${path}/aws-auth.json`, withoutManaged(answer.value));
    context.book.complete(`${path}#aws-auth`);
    return undefined;
  }
  const { failure } = answer;
  if (failure.code === 'NotFound') context.book.complete(`${path}#aws-auth`);
  else if (failure.code === 'Forbidden') {
    missed(context, place.account, { path, part: 'aws-auth' }, 'kubernetes:get configmap aws-auth', failure);
  } else return failure;
  return undefined;
}

async function collectKind(
  context: Context,
  place: ClusterPlace,
  get: Get,
  [part, path, kind]: (typeof KINDS)[number],
): Promise<void> {
  const folder = `${place.folder}/kubernetes`;
  const call = `kubernetes:list ${part}`;
  const limited = await context.world.aws.allPages(
    (token) => get(`${path}?limit=${PAGE}${token === undefined ? '' : `&continue=${encodeURIComponent(token)}`}`, call),
    continueOf,
  );
  // A list that changed too much under its pages is asked for as a whole (Kubernetes API concepts, 410 Gone).
  const whole = limited.failure?.code === 'Expired' ? await get(path, call) : undefined;
  const failure = whole === undefined ? limited.failure : 'failure' in whole ? whole.failure : cutOff(whole.value);
  if (failure !== undefined) {
    missed(context, place.account, { path: folder, part }, call, failure);
    return;
  }
  const pages = whole !== undefined && 'value' in whole ? [whole.value] : limited.pages;
  const apiVersion = pages[0]?.['apiVersion'];
  const items = pages.flatMap((page) => fieldsIn(page['items'])).map((item) => ({ apiVersion, kind, ...withoutManaged(item) }));
  context.book.file(`${folder}/${part}.json`, { apiVersion: 'v1', kind: 'List', items });
  context.book.complete(`${folder}#${part}`);
}

function cutOff(page: Fields): Pick<KubeFailure, 'code' | 'message'> | undefined {
  return continueOf(page) === undefined ? undefined : { code: 'Error', message: 'the list goes on after its end' };
}

function continueOf({ metadata }: Fields): string | undefined {
  const more = fieldsIn([metadata])[0]?.['continue'];
  return typeof more === 'string' ? more : undefined;
}

/** As kubectl prints it: who last wrote which field says nothing about access. */
function withoutManaged(object: Fields): Fields {
  const [metadata] = fieldsIn([object['metadata']]);
  if (metadata === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}
