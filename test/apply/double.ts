import type { EKSClient } from '@aws-sdk/client-eks';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { Clients } from '../../src/edge/apply/admins.ts';
import type { Doors } from '../../src/edge/apply/index.ts';
import { KubeError, type KubeRequest } from '../../src/edge/kube/index.ts';

/** What AWS and a cluster hold, as plain documents by key. */
type Store = Map<string, unknown>;
type Input = Readonly<Record<string, unknown>>;

/** AWS and clusters in memory, without any authorisation: what is under test is the caller. */
export interface Double {
  readonly clients: Clients;
  readonly doors: Doors;
  /** Everything that is there, sorted, without versions. */
  readonly export: () => unknown;
  readonly store: Store;
}

/** @param staleReads how many reads of a thing of IAM or EKS still see it as it was before its last write */
export function makeDouble({ staleReads = 0 }: { readonly staleReads?: number } = {}): Double {
  const store: Store = new Map();
  const old = new Map<string, { readonly value: unknown; left: number }>();
  const set = (key: string, value: unknown): void => {
    if (staleReads > 0) old.set(key, { value: store.get(key), left: staleReads });
    if (value === undefined) store.delete(key);
    else store.set(key, value);
  };
  const seen = (key: string): unknown => {
    const before = old.get(key);
    if (before === undefined || before.left === 0) return store.get(key);
    before.left--;
    return before.value;
  };
  const world = { store, set, seen };
  return {
    store,
    clients: {
      iam: ({ credentials }) => asClient<IAMClient>((name, input) => iam(world, credentials.accessKeyId, name, input)),
      eks: ({ credentials }) => asClient<EKSClient>((name, input) => eks(world, credentials.accessKeyId, name, input)),
      kube:
        async ({ server }) =>
        async (request) =>
          kube(store, server, request),
    },
    doors: {
      aws: async ({ account, region }) => ({ region, credentials: { accessKeyId: account, secretAccessKey: 'x' } }),
      kubernetes: async (arn) => ({ server: arn, token: 'x' }),
    },
    export: () =>
      [...store].map(([key, value]) => [key, withoutVersion(value)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  };
}

interface World {
  readonly store: Store;
  readonly set: (key: string, value: unknown) => void;
  readonly seen: (key: string) => unknown;
}

/** A client of the SDK as far as it is used: it sends commands. */
function asClient<C>(answer: (name: string, input: Input) => unknown): C {
  const client = {
    send: async (command: { readonly input: Input }) =>
      answer(command.constructor.name.replace(/Command$/, ''), command.input) ?? {},
  };
  return client as C;
}

function fault(name: string, status: number, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

const noSuch = (what: string): Error => fault('NoSuchEntityException', 404, `${what} cannot be found.`);
const notFound = (what: string): Error => fault('ResourceNotFoundException', 404, `${what} could not be found.`);

function iam({ store, set, seen }: World, account: string, operation: string, input: Input): unknown {
  const kind = input['UserName'] === undefined ? 'role' : 'user';
  const name = String(input['RoleName'] ?? input['UserName']);
  const key = `iam ${account} ${kind} ${name}`;
  const policyKey = `${key} policy ${String(input['PolicyName'])}`;
  const role = store.get(key) as Input | undefined;
  const need = (): Input => {
    if (role === undefined) throw noSuch(name);
    return role;
  };
  switch (operation.replace(/(Get|Put|Delete)(Role|User)Policy$/, '$1Policy')) {
    case 'GetRole': {
      const found = seen(key) as Input | undefined;
      if (found === undefined) throw noSuch(name);
      return { Role: { ...found, AssumeRolePolicyDocument: encodeURIComponent(String(found['AssumeRolePolicyDocument'])) } };
    }
    case 'CreateRole': {
      if (role !== undefined) throw fault('EntityAlreadyExistsException', 409, `Role with name ${name} already exists.`);
      const { Path, ...rest } = input;
      set(key, { ...rest, Arn: `arn:aws:iam::${account}:role${String(Path)}${name}` });
      return undefined;
    }
    case 'UpdateAssumeRolePolicy':
      set(key, { ...need(), AssumeRolePolicyDocument: input['PolicyDocument'] });
      return undefined;
    case 'UpdateRole':
      set(key, { ...need(), Description: input['Description'], MaxSessionDuration: input['MaxSessionDuration'] });
      return undefined;
    case 'TagRole': {
      const tags = input['Tags'] as readonly { readonly Key: string }[];
      const others = ((need()['Tags'] ?? []) as readonly { readonly Key: string }[]).filter(
        ({ Key }) => !tags.some((tag) => tag.Key === Key),
      );
      set(key, { ...need(), Tags: [...others, ...tags] });
      return undefined;
    }
    case 'DeleteRole':
      need();
      if ([...store.keys()].some((each) => each.startsWith(`${key} policy `)))
        throw fault('DeleteConflictException', 409, 'Cannot delete entity, must delete policies first.');
      set(key, undefined);
      return undefined;
    case 'GetPolicy': {
      const found = seen(policyKey);
      if (found === undefined) throw noSuch(policyKey);
      return { PolicyDocument: encodeURIComponent(String(found)) };
    }
    case 'PutPolicy':
      need();
      set(policyKey, input['PolicyDocument']);
      return undefined;
    case 'DeletePolicy':
      if (store.get(policyKey) === undefined) throw noSuch(policyKey);
      set(policyKey, undefined);
      return undefined;
    default:
      throw new Error(`the double has no ${operation}`);
  }
}

interface Entry {
  readonly accessEntryArn: string;
  readonly principalArn: string;
  readonly username: string;
  readonly kubernetesGroups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly type: string;
}

interface Association {
  readonly policyArn: string;
}

function eks({ store, set, seen }: World, account: string, operation: string, input: Input): unknown {
  const arn = String(input['principalArn']);
  const key = `entry ${account} ${String(input['clusterName'])} ${arn}`;
  const policies = `${key} policies`;
  const entry = store.get(key) as Entry | undefined;
  const need = (): Entry => {
    if (entry === undefined) throw notFound('The specified principalArn');
    return entry;
  };
  const associated = (): readonly Association[] => (store.get(policies) ?? []) as readonly Association[];
  switch (operation) {
    case 'DescribeAccessEntry': {
      const found = seen(key);
      if (found === undefined) throw notFound('The specified principalArn');
      return { accessEntry: found };
    }
    case 'CreateAccessEntry': {
      if (entry !== undefined) throw fault('ResourceInUseException', 409, 'already in use on this cluster.');
      const [principalAccount, role] = [arn.split(':')[4], arn.slice(arn.lastIndexOf('/') + 1)];
      if (principalAccount === account && store.get(`iam ${account} role ${role}`) === undefined)
        throw fault('InvalidParameterException', 400, 'The specified principalArn is invalid: invalid principal.');
      const { clusterName: _, clientRequestToken: __, username, ...rest } = input;
      const made = `arn:aws:sts::${principalAccount}:assumed-role/${role}/{{SessionName}}`;
      set(key, { ...rest, username: username ?? made, accessEntryArn: `entry of ${key}`, type: 'STANDARD' });
      return undefined;
    }
    case 'UpdateAccessEntry':
      set(key, { ...need(), username: input['username'], kubernetesGroups: input['kubernetesGroups'] });
      return undefined;
    case 'DeleteAccessEntry':
      need();
      set(key, undefined);
      store.delete(policies);
      return undefined;
    case 'TagResource': {
      const of = String(input['resourceArn']).replace(/^entry of /, '');
      const tagged = store.get(of) as Entry;
      set(of, { ...tagged, tags: { ...tagged.tags, ...(input['tags'] as Entry['tags']) } });
      return undefined;
    }
    case 'ListAssociatedAccessPolicies':
      need();
      return { associatedAccessPolicies: seen(policies) ?? [] };
    case 'AssociateAccessPolicy': {
      need();
      const { policyArn, accessScope } = input;
      set(policies, [...associated().filter((each) => each.policyArn !== policyArn), { policyArn, accessScope }]);
      return undefined;
    }
    case 'DisassociateAccessPolicy': {
      need();
      const left = associated().filter(({ policyArn }) => policyArn !== input['policyArn']);
      if (left.length === associated().length) throw notFound('The specified policyArn');
      if (left.length > 0) set(policies, left);
      else {
        set(policies, undefined);
      }
      return undefined;
    }
    default:
      throw new Error(`the double has no ${operation}`);
  }
}

interface Stored {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly resourceVersion: string; readonly uid: string };
}

let versions = 0;

function kube(store: Store, server: string, { method, path, body }: KubeRequest): unknown {
  const key = (at: string): string => `kube ${server} ${at}`;
  const found = store.get(key(path)) as Stored | undefined;
  const next = (): string => String(++versions);
  if (method === 'POST') {
    const object = body as Stored & { readonly metadata: { readonly name: string } };
    const at = key(`${path}/${encodeURIComponent(object.metadata.name)}`);
    if (store.has(at)) throw new KubeError(409, 'AlreadyExists', `"${object.metadata.name}" already exists`);
    const made = { ...object, metadata: { ...object.metadata, resourceVersion: next(), uid: next() } };
    store.set(at, made);
    return made;
  }
  if (found === undefined) throw new KubeError(404, 'NotFound', 'not found');
  if (method === 'GET') return found;
  const wanted = body as { readonly preconditions?: Stored['metadata']; readonly metadata?: Partial<Stored['metadata']> };
  const version = method === 'DELETE' ? wanted.preconditions?.resourceVersion : wanted.metadata?.resourceVersion;
  if (version !== undefined && version !== found.metadata.resourceVersion)
    throw new KubeError(409, 'Conflict', 'the object has been modified');
  if (method === 'DELETE') {
    store.delete(key(path));
    return {};
  }
  const merged = merge(found, body) as Stored;
  const changed = { ...merged, metadata: { ...merged.metadata, resourceVersion: next() } };
  store.set(key(path), changed);
  return changed;
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const made: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete made[name];
    else made[name] = merge(made[name], value);
  }
  return made;
}

function withoutVersion(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('metadata' in value)) return value;
  const { resourceVersion: _, uid: __, ...metadata } = (value as Stored).metadata;
  return { ...value, metadata };
}
