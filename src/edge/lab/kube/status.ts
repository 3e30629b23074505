import type { Json, JsonObject } from './json.ts';

/** What a failed request is told: the `Status` object of Kubernetes, thrown where the failure is found. */
export class Refused extends Error {
  readonly status: StatusBody;
  /** Further headers, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: StatusBody, headers: Readonly<Record<string, string>> = {}) {
    super(status.message);
    this.name = 'Refused';
    this.status = status;
    this.headers = headers;
  }
}

/** The fields of `Status` that differ from failure to failure. */
export interface StatusBody {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: JsonObject;
}

/** Which resource a failure is about; `group` is empty for core. */
export interface ResourceName {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
}

/** One field that is not valid, in the words of Kubernetes' field.Error. */
export interface FieldError {
  readonly field: string;
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldValueTooLong';
  /** `Invalid value: "X": why`, `Required value`, … */
  readonly message: string;
}

/** The `Status` object as it goes over the wire. */
export function statusObject(body: StatusBody): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: body.message,
    ...(body.reason === undefined ? {} : { reason: body.reason }),
    ...(body.details === undefined ? {} : { details: body.details }),
    code: body.code,
  };
}

/** `pods "x"`, `deployments.apps "x"`: how Kubernetes names an object in its errors. */
export function qualified(of: ResourceName, name?: string): string {
  const resource = of.group === '' ? of.resource : `${of.resource}.${of.group}`;
  return name === undefined ? resource : `${resource} ${JSON.stringify(name)}`;
}

function details(of: ResourceName, name: string | undefined, kind = of.resource): JsonObject {
  return { ...(name === undefined || name === '' ? {} : { name }), ...(of.group === '' ? {} : { group: of.group }), kind };
}

// The words are those of kubernetes/apimachinery pkg/api/errors/errors.go.

export function notFound(of: ResourceName, name: string): Refused {
  return new Refused({ code: 404, reason: 'NotFound', message: `${qualified(of, name)} not found`, details: details(of, name) });
}

/** No such resource, group or version is served. */
export function noSuchResource(): Refused {
  const message = 'the server could not find the requested resource';
  return new Refused({ code: 404, reason: 'NotFound', message, details: {} });
}

export function alreadyExists(of: ResourceName, name: string): Refused {
  const message = `${qualified(of, name)} already exists`;
  return new Refused({ code: 409, reason: 'AlreadyExists', message, details: details(of, name) });
}

export function conflict(of: ResourceName, name: string, why: string): Refused {
  const message = `Operation cannot be fulfilled on ${qualified(of, name)}: ${why}`;
  return new Refused({ code: 409, reason: 'Conflict', message, details: details(of, name) });
}

/** Somebody else wrote the object since it was read. */
export function modified(of: ResourceName, name: string): Refused {
  return conflict(of, name, 'the object has been modified; please apply your changes to the latest version and try again');
}

/** @param message the whole sentence, as `forbidden` of the RBAC room makes it */
export function forbiddenBy(of: ResourceName, name: string | undefined, message: string): Refused {
  return new Refused({ code: 403, reason: 'Forbidden', message, details: details(of, name) });
}

export function invalid(of: ResourceName, name: string, errors: readonly FieldError[]): Refused {
  const each = errors.map((error) => `${error.field}: ${error.message}`);
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`;
  const list = each.length === 1 ? (each[0] ?? '') : `[${each.join(', ')}]`;
  const causes: Json = errors.map(({ reason, message, field }) => ({ reason, message, field }));
  return new Refused({
    code: 422,
    reason: 'Invalid',
    message: `${kind} ${JSON.stringify(name)} is invalid: ${list}`,
    details: { ...details(of, name, of.kind), causes },
  });
}

export function badRequest(message: string): Refused {
  return new Refused({ code: 400, reason: 'BadRequest', message });
}

export function unauthorized(): Refused {
  return new Refused({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

export function expired(message: string): Refused {
  return new Refused({ code: 410, reason: 'Expired', message });
}

export function methodNotAllowed(): Refused {
  const message = 'the server does not allow this method on the requested resource';
  return new Refused({ code: 405, reason: 'MethodNotAllowed', message, details: {} });
}

export function notAcceptable(): Refused {
  const message = 'only the following media types are accepted: application/json, application/json;stream=watch';
  return new Refused({ code: 406, reason: 'NotAcceptable', message });
}

export function unsupportedMediaType(accepted: readonly string[]): Refused {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new Refused({ code: 415, reason: 'UnsupportedMediaType', message });
}

/** A body larger than Kubernetes takes (kubernetes/apiserver DefaultMaxRequestBodySize). */
export function tooLarge(limit: number): Refused {
  const message = `Request entity too large: limit is ${limit}`;
  return new Refused({ code: 413, reason: 'RequestEntityTooLarge', message });
}

export function internal(message: string): Refused {
  return new Refused({ code: 500, reason: 'InternalError', message: `Internal error occurred: ${message}` });
}
