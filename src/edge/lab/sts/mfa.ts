import { readSignature } from '../../../rules/token/index.ts';
import type { Call, Keys } from '../authorise.ts';
import { LAB } from '../state/scope.ts';
import { Fault } from '../wire/fault.ts';
import { optional, type Parameters } from '../wire/parameters.ts';
import { stepOf } from './totp.ts';

/** The keys of a call in which a code of a device was given. */
export const WITH_MFA: Keys = { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' };

/** A call with SerialNumber and TokenCode: true when both are there and hold, false when neither is; throws AccessDenied. */
export function usesMfa(call: Call, parameters: Parameters): boolean {
  const serial = optional(parameters, 'SerialNumber', { least: 9, most: 256, pattern: '[\\w+=/:,.@-]*' });
  const code = optional(parameters, 'TokenCode', { least: 6, most: 6, pattern: '[\\d]*' });
  if (serial === undefined && code === undefined) return false;
  if (serial === undefined || code === undefined) {
    throw refused('must provide both MFA serial number and one time pass code.');
  }
  const { store } = call.lab;
  const { principal } = call.caller.session;
  const device = store.get(LAB, 'mfa', serial);
  const owner = principal.kind === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined;
  if (device?.UserName === undefined || device.account !== call.caller.account || device.UserName !== owner) {
    throw refused('unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user.');
  }
  const step = stepOf(device.Seed, code, clientsNow(call));
  // A code can be used once (IAM user guide, "MFA"): whoever saw one has nothing.
  if (step === undefined || step <= (device.lastStep ?? 0)) throw refused('with invalid MFA one time pass code.');
  store.commit({ scope: LAB, kind: 'mfa', name: serial, document: { ...device, lastStep: step } });
  return true;
}

function refused(why: string): Fault {
  const join = why.startsWith('with ') ? ' ' : ', ';
  return new Fault('AccessDenied', 403, `MultiFactorAuthentication failed${join}${why}`);
}

/** The present on the clock of whoever signed the call: a device keeps the machine's time, as its owner's signatures do. */
export function clientsNow({ lab, request }: Call): Date {
  const signature = readSignature(request);
  return 'code' in signature ? lab.now() : lab.nowFor(signature.signedAt);
}
