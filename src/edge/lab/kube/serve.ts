import { type Attributes, requestInfo } from '../../../rules/rbac/index.ts';
import type { ClusterSeat } from '../cluster-seam.ts';
import type { Access } from './access.ts';
import { type Answer, type Call, plain } from './call.ts';
import { failure } from './http.ts';
import { type Identity, identify, impersonate } from './identity.ts';
import { answerPath } from './paths.ts';
import type { Reader } from './read.ts';
import { answerResource } from './resources.ts';
import type { AccountTokens } from './service-account-token.ts';
import { forbiddenBy, internal, unauthorized } from './status.ts';
import type { Store } from './store.ts';
import type { WatchTimes } from './watch.ts';
import type { Writer } from './write.ts';

/** The parts of one cluster's API. */
export interface Parts {
  readonly seat: ClusterSeat;
  readonly store: Store;
  readonly access: Access;
  readonly accounts: AccountTokens;
  readonly reader: Reader;
  readonly writer: Writer;
  /** Times of watches, where they are not those of Kubernetes. */
  readonly times?: WatchTimes;
}

/**
 * Makes the function that answers a request: who asks, as whom, may he, and then what he asked for. Each request is told to
 * the log once, with what decided. Failures are answers, too; it never throws.
 */
export function createServe(parts: Parts): (call: Call) => Answer {
  const { seat } = parts;
  return (call) => {
    const note: Note = { reason: '', decision: 'deny' };
    let answer: Answer;
    try {
      answer = decided(call, parts, note);
    } catch (error) {
      answer = failure(error);
    }
    seat.log({
      operation: note.operation ?? `${call.method} ${call.path}`,
      ...(note.caller === undefined ? {} : { caller: note.caller }),
      decision: note.decision,
      reason: note.reason,
      status: answer.status,
    });
    return answer;
  };
}

/** What the log is told; filled in on the way, so that a failure tells as much as is known. */
interface Note {
  caller?: string;
  operation?: string;
  decision: 'allow' | 'deny';
  reason: string;
}

function decided(call: Call, parts: Parts, note: Note): Answer {
  const { seat, access, accounts } = parts;
  const found = identify(call, seat, accounts);
  if ('rejected' in found) {
    note.reason = found.rejected;
    throw unauthorized();
  }
  note.caller = found.shown;
  note.reason = 'impersonation is not allowed';
  const identity = impersonate(call, found, access);
  note.caller = identity.shown;
  const attributes = requestInfo(call.method, call.path, call.query.asRecord);
  if (attributes === undefined) {
    throw internal(`failed to create RequestInfo: unable to determine kind and namespace from url, ${call.path}`);
  }
  note.operation = operationOf(call, attributes);
  const decision = access.decide(identity, attributes);
  note.reason =
    [decision.reason, decision.note ?? ''].filter((part) => part !== '').join('; ') ||
    (decision.allowed ? 'system:masters' : 'no rule and no access policy allows it');
  if (!decision.allowed) throw refused(access.refusal(identity, attributes, decision), attributes);
  note.decision = 'allow';
  return answer(call, identity, attributes, parts);
}

function answer(call: Call, identity: Identity, attributes: Attributes, parts: Parts): Answer {
  const found =
    'path' in attributes
      ? answerPath(call, { version: parts.seat.version(), endpoint: parts.seat.endpoint() })
      : answerResource(call, identity, attributes, parts);
  return found ?? plain(404, '404 page not found\n');
}

function refused(message: string, attributes: Attributes): Error {
  if ('path' in attributes) return forbiddenBy({ group: '', resource: '', kind: '' }, undefined, message);
  const { apiGroup, resource, name } = attributes;
  return forbiddenBy({ group: apiGroup, resource, kind: resource }, name, message);
}

/** `get pods/log web -n my-app-ns`, `GET /version`. */
function operationOf(call: Call, attributes: Attributes): string {
  if ('path' in attributes) return `${call.method} ${attributes.path}`;
  const { verb, apiGroup, resource, subresource, name, namespace } = attributes;
  const what = `${resource}${apiGroup === '' ? '' : `.${apiGroup}`}${subresource === undefined ? '' : `/${subresource}`}`;
  return [verb, what, name, namespace === undefined ? undefined : `-n ${namespace}`]
    .filter((part) => part !== undefined)
    .join(' ');
}
