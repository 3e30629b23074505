import { readIdentity } from '../../../rules/arn/index.ts';
import { validateAccessEntry } from '../../../rules/eks/index.ts';
import { authorise, denied, type Wanted } from '../authorise.ts';
import { newEntry } from '../seed/cluster.ts';
import type { EntryDoc } from '../state/documents.ts';
import { cannotJudge } from '../state/gaps.ts';
import { knowsList, listGap } from '../state/known.ts';
import { accountScope, clusterScope } from '../state/scope.ts';
import { Fault } from '../wire/fault.ts';
import {
  clusterArn,
  clusterOf,
  type EksCall,
  type EksOperation,
  eksPage,
  findEntry,
  invalidParameter,
  invalidRequest,
  needsEntries,
  notFound,
  requestTagKeys,
  tagsOf,
  textOf,
  textsOf,
} from './call.ts';
import { clusterTags, modeOf } from './clusters.ts';
import { findPrincipal } from './principal.ts';
import { onceForToken } from './repeated.ts';

/** eks:CreateAccessEntry, with EKS's checks in EKS's order (facts/eks.md §3.2 to §3.4). */
export const createAccessEntry: EksOperation = (call) => {
  const arn = clusterArn(call);
  const principalArn = textOf(call, 'principalArn');
  const groups = textsOf(call, 'kubernetesGroups');
  const [username, type = 'STANDARD'] = [textOf(call, 'username'), textOf(call, 'type')];
  const tags = tagsOf(call);
  if (principalArn === undefined) throw invalidParameter('principalArn must not be null');
  authorise(
    call,
    {
      action: 'eks:CreateAccessEntry',
      resource: arn,
      tags: clusterTags(call, arn),
      keys: {
        'eks:principalArn': principalArn,
        'eks:accessEntryType': type,
        'eks:kubernetesGroups': groups,
        'eks:username': username,
        ...requestTagKeys(tags),
      },
    },
    ...(type === 'EC2_LINUX' || type === 'EC2_WINDOWS' ? [{ action: 'iam:PassRole', resource: principalArn }] : []),
  );
  return onceForToken(call, () => {
    const wanted = {
      principalArn,
      type,
      ...(groups === undefined ? {} : { groups }),
      ...(username === undefined ? {} : { username }),
    };
    check(wanted, arn, 'API');
    const cluster = clusterOf(call);
    check(wanted, arn, modeOf(call, cluster));
    needsEntries(call);
    const principal = findPrincipal(call.lab, principalArn);
    if (principal === undefined) throw absentPrincipal(call, principalArn);
    const scope = clusterScope(arn);
    if (call.lab.store.get(scope, 'entry', principalArn) !== undefined) {
      throw new Fault('ResourceInUseException', 409, 'The specified access entry resource is already in use on this cluster.');
    }
    if (call.lab.store.list(scope, 'entry').length >= 3000) {
      throw new Fault(
        'ResourceLimitExceededException',
        400,
        'The cluster has 3000 access entries, which is the most that it can have.',
      );
    }
    const shownGroups = type === 'EC2_LINUX' ? ['system:nodes'] : (groups ?? []);
    const document = newEntry({
      cluster: arn,
      principalArn,
      uniqueId: principal.uniqueId,
      groups: shownGroups,
      type,
      tags,
      at: call.lab.now(),
      ...(username === undefined || username === '' ? {} : { username }),
    });
    call.lab.store.commit({ scope, kind: 'entry', name: principalArn, document });
    return { accessEntry: document.accessEntry };
  });
};

/** Of an account that nobody collected nobody can tell whether it has the principal. */
function absentPrincipal(call: EksCall, arn: string): Fault {
  const identity = readIdentity(arn);
  const { store, view } = call.lab;
  if (!('error' in identity)) {
    const isPlayed = store.get(accountScope(identity.account), 'account', identity.account) !== undefined;
    const list = identity.kind === 'user' ? 'User' : 'Role';
    if (isPlayed && !knowsList(store, identity.account, list)) {
      return denied(call, cannotJudge([listGap(view, identity.account)]));
    }
  }
  return invalidParameter('The specified principalArn is invalid: invalid principal.');
}

/** What EKS refuses about an entry, the documented refusals among them: the lab never takes what AWS may refuse. */
function check(wanted: Parameters<typeof validateAccessEntry>[0], arn: string, mode: ReturnType<typeof modeOf>): void {
  // The policy that an entry of type EC2 must have is associated afterwards.
  const refusal = validateAccessEntry(wanted, { arn, mode }).find(({ field }) => field !== 'policies');
  if (refusal === undefined) return;
  throw refusal.field === 'cluster' ? invalidRequest(refusal.text) : invalidParameter(refusal.text);
}

/** eks:DescribeAccessEntry. */
export const describeAccessEntry: EksOperation = (call) => {
  authorise(call, onEntry(call, 'eks:DescribeAccessEntry'));
  return { accessEntry: entryOf(call).accessEntry };
};

/** eks:ListAccessEntries: principal ARNs, with `associatedPolicyArn` those that have the policy. */
export const listAccessEntries: EksOperation = (call) => {
  const arn = clusterArn(call);
  authorise(call, { action: 'eks:ListAccessEntries', resource: arn, tags: clusterTags(call, arn) });
  needsApi(call);
  const policy = call.query.get('associatedPolicyArn');
  const entries = call.lab.store
    .list(clusterScope(arn), 'entry')
    .filter(({ policies = [] }) => policy === null || policies.some(({ policyArn }) => policyArn === policy));
  const { items, nextToken } = eksPage(call, entries, ({ accessEntry }) => accessEntry.principalArn);
  return {
    accessEntries: items.map(({ accessEntry }) => accessEntry.principalArn),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};

/** eks:UpdateAccessEntry: groups and username; what is not given stays (facts/eks.md §3.1). */
export const updateAccessEntry: EksOperation = (call) => {
  authorise(call, onEntry(call, 'eks:UpdateAccessEntry'));
  const entry = entryOf(call);
  const { accessEntry } = entry;
  const groups = textsOf(call, 'kubernetesGroups');
  const username = textOf(call, 'username');
  const wanted = {
    principalArn: accessEntry.principalArn,
    type: accessEntry.type,
    ...(groups === undefined ? {} : { groups }),
    ...(username === undefined ? {} : { username }),
  };
  check(wanted, clusterArn(call), 'API');
  const changed = {
    ...accessEntry,
    ...(groups === undefined ? {} : { kubernetesGroups: groups }),
    ...(username === undefined || username === '' ? {} : { username }),
    modifiedAt: call.lab.now().toISOString(),
  };
  putEntry(call, { ...entry, accessEntry: changed });
  return { accessEntry: changed };
};

/** eks:DeleteAccessEntry: its associated policies go with it. */
export const deleteAccessEntry: EksOperation = (call) => {
  authorise(call, onEntry(call, 'eks:DeleteAccessEntry'));
  const { accessEntry } = entryOf(call);
  const scope = clusterScope(clusterArn(call));
  call.lab.store.commit({ scope, kind: 'entry', name: accessEntry.principalArn, document: null });
  return {};
};

/** Keeps a changed entry. */
export function putEntry(call: EksCall, document: EntryDoc): void {
  const scope = clusterScope(clusterArn(call));
  call.lab.store.commit({ scope, kind: 'entry', name: document.accessEntry.principalArn, document });
}

/** The entry that a call names; throws when the cluster, its mode or the entry is not there. */
export function entryOf(call: EksCall): EntryDoc {
  needsApi(call);
  const entry = findEntry(call);
  if (entry === undefined) {
    throw notFound(
      `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`,
    );
  }
  return entry;
}

function needsApi(call: EksCall): void {
  if (modeOf(call, clusterOf(call)) === 'CONFIG_MAP') {
    throw invalidRequest(
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
  }
  needsEntries(call);
}

/** A call on an entry as IAM sees it; of one that is not there nobody knows the last part of the ARN. */
export function onEntry(call: EksCall, action: string, keys: Wanted['keys'] = {}): Wanted {
  const principalArn = call.segments['principalArn'] ?? '';
  const found = findEntry(call)?.accessEntry;
  const [, , , , account = '', resource = ''] = principalArn.split(':');
  const [kind = '', ...path] = resource.split('/');
  const lead = `arn:${call.caller.partition}:eks:${call.region}:${call.caller.account}:access-entry/${call.segments['name']}`;
  return {
    action,
    resource: found?.accessEntryArn ?? `${lead}/${kind}/${account}/${path.at(-1) ?? ''}/absent`,
    tags: found?.tags ?? {},
    keys: {
      'eks:clusterName': call.segments['name'],
      'eks:principalArn': principalArn,
      'eks:accessEntryType': found?.type,
      'eks:kubernetesGroups': found?.kubernetesGroups,
      'eks:username': found?.username,
      ...keys,
    },
  };
}
