import type { Lab, LoggedDecision } from '../context.ts';
import { Fault } from '../wire/fault.ts';
import type { Parameters } from '../wire/parameters.ts';
import type { AwsRequest } from '../wire/request.ts';

/** sts:AssumeRoleWithWebIdentity. */
export function assumeRoleWithWebIdentity(
  _lab: Lab,
  _request: AwsRequest,
  _parameters: Parameters,
  _progress: { caller?: string; readonly decisions: LoggedDecision[] },
): Readonly<Record<string, unknown>> {
  throw new Fault('NotImplemented', 501, 'not yet');
}
