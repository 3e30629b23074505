import { type Attributes, rulesFor } from '../../../rules/rbac/index.ts';
import type { ClusterSeat } from '../cluster-seam.ts';
import type { Access, Decision } from './access.ts';
import { readObject } from './body.ts';
import { type Answer, type Call, json } from './call.ts';
import { authenticateToken, type Identity } from './identity.ts';
import { field, isList, isObject, type Json, type JsonObject, listAt, objectAt, textAt, withField } from './json.ts';
import { apiVersionOf, type ReviewKind } from './kinds.ts';
import { readByMessage } from './schema/check.ts';
import type { AccountTokens } from './service-account-token.ts';
import { badRequest, invalid } from './status.ts';

/** What the reviews ask. */
export interface ReviewContext {
  readonly seat: ClusterSeat;
  readonly access: Access;
  readonly accounts: AccountTokens;
}

/** Answers a review: a question that is created and never stored. `namespace` is that of the URL. */
export function review(call: Call, identity: Identity, kind: ReviewKind, namespace: string, context: ReviewContext): Answer {
  const object = readReview(call, kind);
  const status = statusOf(object, identity, kind, namespace, context);
  const metadata = { creationTimestamp: null, ...objectAt(object, 'metadata') };
  return json(201, { kind: kind.kind, apiVersion: apiVersionOf(kind), ...object, metadata, status });
}

function readReview(call: Call, kind: ReviewKind): JsonObject {
  const body = readObject(call);
  const [version, name] = [textAt(body, 'apiVersion'), textAt(body, 'kind')];
  if ((name !== '' && name !== kind.kind) || (version !== '' && version !== apiVersionOf(kind))) {
    throw badRequest(`${name} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}`);
  }
  const read = readByMessage(kind.kind, body);
  if (read.wrong !== undefined)
    throw badRequest(
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${read.wrong}`,
    );
  return withField(read.object, 'status', undefined);
}

function statusOf(
  object: JsonObject,
  identity: Identity,
  kind: ReviewKind,
  namespace: string,
  context: ReviewContext,
): JsonObject {
  const { access } = context;
  switch (kind.kind) {
    case 'SelfSubjectReview':
      return { userInfo: userInfo(identity) };
    case 'SelfSubjectRulesReview': {
      const of = textAt(object, 'spec', 'namespace');
      if (of === '') throw badRequest('no namespace on request');
      return heldRules(access, identity, of);
    }
    case 'SelfSubjectAccessReview':
      return accessStatus(access.decide(identity, attributesOf(object, kind)));
    case 'TokenReview':
      return tokenStatus(object, context);
    default: {
      const attributes = attributesOf(object, kind);
      if (kind.kind === 'LocalSubjectAccessReview' && !('path' in attributes) && (attributes.namespace ?? '') !== namespace) {
        throw invalid(kind, '', [
          {
            field: 'spec.resourceAttributes.namespace',
            reason: 'FieldValueInvalid',
            message: `Invalid value: ${JSON.stringify(attributes.namespace ?? '')}: must match metadata.namespace`,
          },
        ]);
      }
      return accessStatus(access.decide(subject(object, kind), attributes));
    }
  }
}

/** The user that a SubjectAccessReview names; it has no access policies, which EKS ties to a principal (facts/eks.md §3.5). */
function subject(object: JsonObject, kind: ReviewKind): Identity {
  const name = textAt(object, 'spec', 'user');
  const groups = listAt(object, 'spec', 'groups').map(String);
  if (name === '' && groups.length === 0) {
    throw invalid(kind, '', [
      {
        field: 'spec.user',
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "": at least one of user or group must be specified',
      },
    ]);
  }
  return { name, groups, policies: [], holder: {}, shown: name };
}

function attributesOf(object: JsonObject, kind: ReviewKind): Attributes {
  const resource = field(object, 'spec', 'resourceAttributes');
  const path = field(object, 'spec', 'nonResourceAttributes');
  if (isObject(resource) === isObject(path)) {
    throw invalid(kind, '', [
      {
        field: 'spec.resourceAttributes',
        reason: 'FieldValueInvalid',
        message: 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      },
    ]);
  }
  if (isObject(path)) return { verb: textAt(path, 'verb'), path: textAt(path, 'path') };
  const stated = (key: string): string => textAt(resource, key);
  return {
    verb: stated('verb'),
    apiGroup: stated('group'),
    resource: stated('resource'),
    ...(stated('subresource') === '' ? {} : { subresource: stated('subresource') }),
    ...(stated('name') === '' ? {} : { name: stated('name') }),
    ...(stated('namespace') === '' ? {} : { namespace: stated('namespace') }),
  };
}

function accessStatus({ allowed, reason }: Decision): JsonObject {
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

/**
 * The rules that RBAC gives somebody. Access policies stand in a webhook authorizer on EKS, which cannot list its rules,
 * and the list says so in Kubernetes' words (facts/eks.md §3.5; kubernetes/apiserver plugin/pkg/authorizer/webhook).
 */
function heldRules(access: Access, identity: Identity, namespace: string): JsonObject {
  const rules = rulesFor(access.index(), identity, namespace).map(({ rule }) => rule);
  const lists = (pairs: Readonly<Record<string, readonly string[] | undefined>>): JsonObject =>
    Object.fromEntries(
      Object.entries(pairs).flatMap(([key, list]): [string, Json][] => (list === undefined ? [] : [[key, list]])),
    );
  return {
    resourceRules: rules
      .filter(({ resources = [] }) => resources.length > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => lists({ verbs, apiGroups, resources, resourceNames })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => lists({ verbs, nonResourceURLs })),
    incomplete: true,
    evaluationError: 'webhook authorizer does not support user rule resolution',
  };
}

function tokenStatus(object: JsonObject, { seat, accounts }: ReviewContext): JsonObject {
  const token = textAt(object, 'spec', 'token');
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const asked = field(object, 'spec', 'audiences');
  const audiences = isList(asked) && asked.length > 0 ? asked.map(String) : [accounts.audience];
  const found = authenticateToken(token, seat, accounts, audiences);
  if ('rejected' in found) return { user: {}, error: `[invalid bearer token, ${found.rejected}]` };
  return { authenticated: true, user: userInfo(found), audiences };
}

/** `UserInfo` of an identity. */
export function userInfo({ name, uid, groups, extra }: Identity): JsonObject {
  return {
    username: name,
    ...(uid === undefined || uid === '' ? {} : { uid }),
    groups,
    ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
