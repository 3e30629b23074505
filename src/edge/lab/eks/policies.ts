import { ACCESS_POLICIES, UNPUBLISHED_POLICIES, validateAccessEntry } from '../../../rules/eks/index.ts';
import { authorise, denied } from '../authorise.ts';
import type { AssociationDoc } from '../state/documents.ts';
import { cannotJudge } from '../state/gaps.ts';
import { clusterArn, type EksCall, type EksOperation, eksPage, invalidParameter, notFound, textOf } from './call.ts';
import { entryOf, onEntry, putEntry } from './entries.ts';

/** eks:AssociateAccessPolicy: associating again replaces the scope (facts/eks.md §3.5). */
export const associateAccessPolicy: EksOperation = (call) => {
  const policyArn = textOf(call, 'policyArn');
  const scope = readScope(call);
  if (policyArn === undefined) throw invalidParameter('policyArn must not be null');
  authorise(
    call,
    onEntry(call, 'eks:AssociateAccessPolicy', {
      'eks:policyArn': policyArn,
      'eks:accessScope': scope.type,
      'eks:namespaces': scope.namespaces.length === 0 ? undefined : scope.namespaces,
    }),
  );
  const entry = entryOf(call);
  const { principalArn, type, clusterName } = entry.accessEntry;
  const refusal = validateAccessEntry(
    { principalArn, type, policies: [{ policyArn, scope }] },
    { arn: clusterArn(call), mode: 'API' },
  ).find(({ field }) => field === 'policies');
  if (refusal !== undefined) throw invalidParameter(refusal.text);
  const at = call.lab.now().toISOString();
  const before = known(call, entry.policies).find((policy) => policy.policyArn === policyArn);
  // Of one out of an inventory nobody may know since when it is.
  const associatedAt = before === undefined ? at : before.associatedAt;
  const since = associatedAt === undefined ? {} : { associatedAt };
  const association: AssociationDoc = { policyArn, accessScope: scope, ...since, modifiedAt: at };
  const others = known(call, entry.policies).filter((policy) => policy.policyArn !== policyArn);
  putEntry(call, { ...entry, policies: [...others, association] });
  return { clusterName, principalArn, associatedAccessPolicy: association };
};

/** eks:DisassociateAccessPolicy. */
export const disassociateAccessPolicy: EksOperation = (call) => {
  const policyArn = call.segments['policyArn'] ?? '';
  authorise(call, onEntry(call, 'eks:DisassociateAccessPolicy', { 'eks:policyArn': policyArn }));
  const entry = entryOf(call);
  const left = known(call, entry.policies).filter((policy) => policy.policyArn !== policyArn);
  if (left.length === known(call, entry.policies).length) {
    throw notFound('The specified policyArn could not be found for the access entry.');
  }
  putEntry(call, { ...entry, policies: left });
  return {};
};

/** eks:ListAssociatedAccessPolicies. */
export const listAssociatedAccessPolicies: EksOperation = (call) => {
  authorise(call, onEntry(call, 'eks:ListAssociatedAccessPolicies'));
  const { accessEntry, policies } = entryOf(call);
  const { items, nextToken } = eksPage(call, known(call, policies), ({ policyArn }) => policyArn);
  const { clusterName, principalArn } = accessEntry;
  return { associatedAccessPolicies: items, clusterName, principalArn, ...(nextToken === undefined ? {} : { nextToken }) };
};

/** eks:ListAccessPolicies: those that the facts name, published tables or not. */
export const listAccessPolicies: EksOperation = (call) => {
  authorise(call, { action: 'eks:ListAccessPolicies', resource: '*' });
  const names = [...ACCESS_POLICIES.keys(), ...UNPUBLISHED_POLICIES];
  const { items, nextToken } = eksPage(call, names, (name) => name);
  const { partition } = call.caller;
  return {
    accessPolicies: items.map((name) => ({ name, arn: `arn:${partition}:eks::aws:cluster-access-policy/${name}` })),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
};

/** What nobody collected of an entry out of an inventory must not be shown, or written, as if it were all. */
function known(call: EksCall, policies: readonly AssociationDoc[] | undefined): readonly AssociationDoc[] {
  if (policies !== undefined) return policies;
  throw denied(call, cannotJudge([{ what: 'the access policies of this entry', state: 'notCollected' }]));
}

function readScope({ body }: EksCall): AssociationDoc['accessScope'] {
  const scope = body['accessScope'] as { readonly type?: unknown; readonly namespaces?: unknown } | undefined;
  const { type, namespaces = [] } = scope ?? {};
  if (type !== 'cluster' && type !== 'namespace') throw invalidParameter('accessScope.type must be cluster or namespace');
  if (!Array.isArray(namespaces) || !namespaces.every((name) => typeof name === 'string')) {
    throw invalidParameter('accessScope.namespaces must be a list of texts');
  }
  return { type, namespaces };
}
