import { readObject } from './body.ts';
import { type Answer, type Call, json } from './call.ts';
import { field, type JsonObject, listAt, textAt } from './json.ts';
import { kindNamed } from './kinds.ts';
import { readByMessage } from './schema/check.ts';
import { instant } from './seed.ts';
import type { AccountTokens, WantedToken } from './service-account-token.ts';
import { badRequest, conflict, invalid, notFound } from './status.ts';
import type { Store } from './store.ts';

const REQUEST = { group: 'authentication.k8s.io', resource: 'tokenrequests', kind: 'TokenRequest' };

/** Answers `kubectl create token`: a signed token of a service account. Source: kubernetes pkg/registry/core/serviceaccount/storage/token.go. */
export function requestToken(call: Call, namespace: string, name: string, store: Store, accounts: AccountTokens): Answer {
  const kind = kindNamed('ServiceAccount');
  const account = store.get(kind, namespace, name);
  if (account === undefined) throw notFound(kind, name);
  const read = readByMessage(REQUEST.kind, readObject(call));
  const kindStated = textAt(read.object, 'kind');
  if (kindStated !== '' && kindStated !== REQUEST.kind) throw badRequest(`${kindStated} cannot be handled as a TokenRequest`);
  if (read.wrong !== undefined)
    throw badRequest(`TokenRequest in version "v1" cannot be handled as a TokenRequest: ${read.wrong}`);
  const spec = field(read.object, 'spec');
  const stated = field(spec, 'expirationSeconds');
  const seconds = typeof stated === 'number' ? stated : 3600;
  if (seconds < 600 || seconds > 2 ** 32) {
    const why =
      seconds < 600 ? 'may not specify a duration less than 10 minutes' : 'may not specify a duration larger than 2^32 seconds';
    const message = `Invalid value: ${seconds}: ${why}`;
    throw invalid(REQUEST, '', [{ field: 'spec.expirationSeconds', reason: 'FieldValueInvalid', message }]);
  }
  const audiences = listAt(spec, 'audiences').map(String);
  const boundTo = bound(field(spec, 'boundObjectRef'), namespace, store);
  // EKS gives tokens of at most a day.
  const wanted = { audiences, seconds: Math.min(seconds, 24 * 3600), ...(boundTo === undefined ? {} : { boundTo }) };
  const { token, expires } = accounts.issue(account, wanted);
  return json(201, {
    kind: REQUEST.kind,
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: null },
    spec: {
      audiences: audiences.length === 0 ? [accounts.audience] : audiences,
      expirationSeconds: wanted.seconds,
      boundObjectRef: field(spec, 'boundObjectRef') ?? null,
    },
    status: { token, expirationTimestamp: instant(expires) },
  });
}

function bound(reference: ReturnType<typeof field>, namespace: string, store: Store): WantedToken['boundTo'] {
  if (reference === undefined || reference === null) return undefined;
  const kind = textAt(reference, 'kind');
  if (kind !== 'Pod' && kind !== 'Secret') throw badRequest(`cannot bind token to object of type ${JSON.stringify(kind)}`);
  const name = textAt(reference, 'name');
  const object: JsonObject | undefined = store.get(kindNamed(kind), namespace, name);
  if (object === undefined) throw notFound(kindNamed(kind), name);
  const uid = textAt(object, 'metadata', 'uid');
  const stated = textAt(reference, 'uid');
  if (stated !== '' && stated !== uid) {
    throw conflict(
      kindNamed(kind),
      name,
      `the UID in the bound object reference (${stated}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  return { kind, name, uid };
}
