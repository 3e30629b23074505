import type { Access } from './access.ts';
import { admit } from './admit.ts';
import { readObject } from './body.ts';
import { type Answer, type Call, json } from './call.ts';
import { createCommit } from './commit.ts';
import { createDeleter, type Deleter } from './delete.ts';
import type { Identity } from './identity.ts';
import { type JsonObject, textAt, withPath } from './json.ts';
import type { Kind } from './kinds.ts';
import { wantedObjects } from './negotiate.ts';
import { patched, patchOperation } from './patch.ts';
import { scaled, scaleOf } from './scale.ts';
import { forbiddenBy, notFound } from './status.ts';
import type { Store } from './store.ts';
import type { Target } from './target.ts';
import { viewOf } from './views.ts';
import { readWriteOptions } from './write-options.ts';

/** The object that the URL of a write names. */
export interface Named {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** Empty, `status` or `scale`. */
  readonly subresource: string;
}

/** Answers writes of one cluster's objects. */
export interface Writer {
  readonly create: (call: Call, identity: Identity, named: Named) => Answer;
  readonly replace: (call: Call, identity: Identity, named: Named) => Answer;
  readonly patch: (call: Call, identity: Identity, named: Named) => Answer;
  readonly delete: Deleter;
}

/** Makes the writer over a store. Everything between the read of an object and its write happens in one step. */
export function createWriter(store: Store, access: Access, now: () => Date): Writer {
  const deleter = createDeleter(store, now);
  const commit = createCommit(store, access, now, ({ kind }, object) => deleter.finish(kind, object));
  const answer = (call: Call, status: number, target: Target, object: JsonObject, warnings: readonly string[]): Answer => {
    const shown = target.subresource === 'scale' ? scaleOf(target.kind, object) : object;
    const wanted = wantedObjects(call.headers['accept']);
    const made = json(status, target.subresource === 'scale' ? shown : viewOf(target.kind, wanted, call.query, now)(shown));
    if (warnings.length === 0) return made;
    return { ...made, headers: { ...made.headers, warning: warningHeader(warnings) } };
  };
  const existingOf = ({ kind, namespace, name }: Named): JsonObject => {
    const found = store.get(kind, namespace, name);
    if (found === undefined) throw notFound(kind, name);
    return found;
  };
  return {
    delete: deleter,
    create: (call, identity, named) => {
      const target = { ...named, identity, options: readWriteOptions(call, now(), 'Update') };
      const { object, warnings } = admit(target, readObject(call));
      return answer(call, 201, target, commit.create(target, object), warnings);
    },
    replace: (call, identity, named) => {
      const options = readWriteOptions(call, now(), 'Update', named.subresource);
      const target = { ...named, identity, options };
      const existing = existingOf(named);
      if (named.subresource === 'scale') {
        return answer(call, 200, target, commit.update(target, existing, scaled(existing, readObject(call))), []);
      }
      const { object, warnings } = admit(target, readObject(call));
      return answer(call, 200, target, commit.update(target, existing, object), warnings);
    },
    patch: (call, identity, named) => {
      const operation = patchOperation(call);
      const target = { ...named, identity, options: readWriteOptions(call, now(), operation, named.subresource) };
      const existing = store.get(named.kind, named.namespace, named.name);
      if (existing === undefined && operation !== 'Apply') throw notFound(named.kind, named.name);
      if (existing === undefined && named.subresource !== '') throw notFound(named.kind, named.name);
      const { object, warnings } = patched(call, target, existing);
      if (existing !== undefined) {
        return answer(call, 200, target, commit.update(target, existing, object, operation === 'Apply'), warnings);
      }
      requireCreate(access, target);
      const made = withPath(object, ['metadata', 'name'], textAt(object, 'metadata', 'name') || named.name);
      return answer(call, 201, target, commit.create(target, made, true), warnings);
    },
  };
}

/** Characters of all warnings together (kubernetes/apiserver pkg/endpoints/filters/warning.go). */
const MOST_WARNING = 4096;

function warningHeader(warnings: readonly string[]): string {
  const shown: string[] = [];
  let size = 0;
  for (const warning of warnings) {
    const text = `299 - ${JSON.stringify(warning).replace(/[^\x20-\x7e]/g, '?')}`;
    size += text.length;
    if (size > MOST_WARNING) break;
    shown.push(text);
  }
  return shown.join(', ');
}

/** A patch that makes an object needs the right to create (kubernetes/apiserver pkg/endpoints/handlers/patch.go). */
function requireCreate(access: Access, { kind, namespace, name, identity }: Target): void {
  const scope = namespace === '' ? {} : { namespace };
  const attributes = { verb: 'create', apiGroup: kind.group, resource: kind.resource, name, ...scope };
  const decision = access.decide(identity, attributes);
  if (!decision.allowed) throw forbiddenBy(kind, name, access.refusal(identity, attributes, decision));
}
