import type { Call } from './call.ts';
import type { Manager } from './managed-fields.ts';
import { badRequest, Refused } from './status.ts';

/** How a write is meant: the query parameters that every write has. */
export interface WriteOptions {
  /** Do everything but keep it. */
  readonly dryRun: boolean;
  readonly validation: 'Ignore' | 'Warn' | 'Strict';
  readonly manager: Manager;
  readonly force: boolean;
}

const VALIDATIONS = ['Ignore', 'Warn', 'Strict'] as const;

/** Reads the options of a write; throws `Refused` for values that Kubernetes does not take. */
export function readWriteOptions(call: Call, now: Date, operation: Manager['operation'], subresource = ''): WriteOptions {
  const stated = call.query.get('fieldManager') ?? '';
  if (stated.length > 128) throw badRequest('fieldManager: Too long: may not be more than 128 bytes');
  if (operation === 'Apply' && stated === '')
    throw optionError('PatchOptions', 'fieldManager: Required value: is required for apply patch');
  const validation = VALIDATIONS.find((each) => each === (call.query.get('fieldValidation') || 'Warn'));
  if (validation === undefined)
    throw optionError(
      'CreateOptions',
      `fieldValidation: Unsupported value: ${JSON.stringify(call.query.get('fieldValidation'))}`,
    );
  return {
    dryRun: isDryRun(call.query.get('dryRun')),
    validation,
    manager: {
      name: stated || agentOf(call.headers['user-agent']),
      operation,
      subresource,
      time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    },
    force: call.query.get('force') === 'true',
  };
}

/** Whether a write is only tried; throws `Refused` (422) for another word than `All`. */
export function isDryRun(stated: string | undefined): boolean {
  if (stated === undefined || stated === '') return false;
  if (stated !== 'All')
    throw optionError('CreateOptions', `dryRun: Unsupported value: ${JSON.stringify(stated)}: supported values: "All"`);
  return true;
}

function optionError(kind: string, why: string): Refused {
  const message = `${kind}.meta.k8s.io "" is invalid: ${why}`;
  return new Refused({ code: 422, reason: 'Invalid', message, details: { group: 'meta.k8s.io', kind } });
}

/** The program of a user agent, as Kubernetes names a manager that did not name itself. */
function agentOf(userAgent: string | undefined): string {
  return (userAgent ?? 'unknown').split('/')[0]?.slice(0, 128) || 'unknown';
}
