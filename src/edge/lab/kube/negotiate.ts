import { notAcceptable } from './status.ts';

/** How a client wants an answer. */
export interface Wanted {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  readonly type: 'application/json' | 'application/yaml';
}

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads the Accept header of a request for objects: plain JSON, a Table or metadata alone, the first that the lab can make.
 *
 * Throws `Refused` (406) where nothing can be made. Source: kubernetes/apiserver
 * pkg/endpoints/handlers/negotiation/negotiate.go; `as=Table;v=v1;g=meta.k8s.io`.
 */
export function wantedObjects(accept: string | undefined): Wanted {
  const ranges = readAccept(accept);
  for (const { type, parameters } of ranges) {
    const kind = plainType(type);
    if (kind === undefined) continue;
    const as = parameters.get('as');
    if (as === undefined) return { as: 'object', type: kind };
    if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') continue;
    if (as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as, type: kind };
  }
  throw notAcceptable();
}

/** Which form of discovery a client asks for first: aggregated `v2` or `v2beta1`, or plain. */
export function wantedDiscovery(accept: string | undefined): 'v2' | 'v2beta1' | 'plain' {
  for (const { type, parameters } of readAccept(accept)) {
    if (plainType(type) === undefined) continue;
    const as = parameters.get('as');
    if (as === undefined) return 'plain';
    const version = parameters.get('v');
    if (as !== 'APIGroupDiscoveryList' || parameters.get('g') !== 'apidiscovery.k8s.io') continue;
    if (version === 'v2' || version === 'v2beta1') return version;
  }
  // Discovery is answered in JSON whatever else is asked for.
  return 'plain';
}

function plainType(type: string): Wanted['type'] | undefined {
  if (type === 'application/yaml') return type;
  return ['application/json', 'application/*', '*/*'].includes(type) ? 'application/json' : undefined;
}

function readAccept(accept: string | undefined): readonly Range[] {
  if (accept === undefined || accept.trim() === '') return [{ type: '*/*', parameters: new Map() }];
  return accept.split(',').map((range) => {
    const [type = '', ...rest] = range.split(';').map((part) => part.trim());
    const parameters = new Map<string, string>();
    for (const part of rest) {
      const [key = '', value = ''] = part.split('=');
      parameters.set(key, value);
    }
    return { type: type.toLowerCase(), parameters };
  });
}
