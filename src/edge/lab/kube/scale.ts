import { field, type JsonObject, objectAt, textAt, withField, withPath } from './json.ts';
import type { Kind } from './kinds.ts';
import { badRequest } from './status.ts';

/** The `Scale` of a workload. Source: kubernetes pkg/registry/apps/deployment/storage (scaleFromDeployment). */
export function scaleOf(_kind: Kind, object: JsonObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = objectAt(object, 'metadata');
  const metadata = Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const selector = Object.entries(objectAt(object, 'spec', 'selector', 'matchLabels')).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: Object.fromEntries(metadata),
    spec: { replicas: field(object, 'spec', 'replicas') ?? 1 },
    status: { replicas: field(object, 'status', 'replicas') ?? 0, selector: selector.join(',') },
  };
}

/** The workload with the replicas that a `Scale` asks for; its version is the lock. */
export function scaled(object: JsonObject, scale: JsonObject): JsonObject {
  if (textAt(scale, 'kind') !== 'Scale') throw badRequest('a Scale is expected');
  const replicas = field(scale, 'spec', 'replicas') ?? 0;
  if (!Number.isSafeInteger(replicas) || Number(replicas) < 0)
    throw badRequest('spec.replicas: must be greater than or equal to 0');
  const version = textAt(scale, 'metadata', 'resourceVersion');
  const wanted = withPath(object, ['spec', 'replicas'], replicas);
  return withField(
    wanted,
    'metadata',
    withField(objectAt(wanted, 'metadata'), 'resourceVersion', version === '' ? undefined : version),
  );
}
