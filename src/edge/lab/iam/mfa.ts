import { authorise, type Call } from '../authorise.ts';
import type { MfaDoc } from '../state/documents.ts';
import { LAB } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { clientsNow } from '../sts/mfa.ts';
import { codeOf, newSeed, stepAt } from '../sts/totp.ts';
import { Fault } from '../wire/fault.ts';
import { type Parameters, required } from '../wire/parameters.ts';
import { holderName } from './holder.ts';
import { allow } from './holder-policies.ts';
import { iamArn, iamTime } from './make.ts';
import {
  alreadyExists,
  deleteConflict,
  iamPage,
  limitExceeded,
  noSuchEntity,
  readPath,
  readTags,
  tagKeys,
  tagMap,
} from './rules.ts';
import { devicesOf, userOf } from './users.ts';

const SERIAL = { least: 9, most: 256, pattern: '[\\w+=/:,.@-]+' };

/** Devices that a user may have (IAM user guide, quotas). */
const MOST_DEVICES = 8;

/** The operations on virtual MFA devices; those of hardware are not played. */
export const MFA_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateVirtualMFADevice: (call, parameters) => {
    const name = required(parameters, 'VirtualMFADeviceName', { most: 226, pattern: '[\\w+=,.@-]+' });
    const arn = iamArn(call.caller, 'mfa', readPath(parameters), name);
    const tags = readTags(parameters);
    authorise(call, { action: 'iam:CreateVirtualMFADevice', resource: arn, keys: tagKeys(tags) });
    if (deviceAt(call, arn) !== undefined) {
      throw alreadyExists('MFADevice entity at the same path and name already exists.');
    }
    const device: MfaDoc = { account: call.caller.account, SerialNumber: arn, Seed: newSeed(), Tags: tags };
    put(call, device);
    const { Seed, SerialNumber } = device;
    // The seed is told once, as at AWS. There is no picture of it.
    return { VirtualMFADevice: { SerialNumber, Base32StringSeed: Buffer.from(Seed).toString('base64'), Tags: tags } };
  },
  EnableMFADevice: (call, parameters) => {
    const { name, device } = named(call, parameters);
    if (device?.UserName !== undefined) throw alreadyExists(`MFA Device ${device.SerialNumber} is already in use`);
    const found = known(device, parameters);
    if (devicesOf(call, name).length >= MOST_DEVICES) {
      throw limitExceeded(`Cannot exceed quota for MFADevicesPerUser: ${MOST_DEVICES}`);
    }
    const lastStep = checkCodes(call, parameters, found);
    put(call, { ...found, UserName: userOf(call, name).UserName, EnableDate: iamTime(call.lab.now()), lastStep });
    return {};
  },
  ResyncMFADevice: (call, parameters) => {
    const { name, device } = named(call, parameters);
    const found = known(device?.UserName === name ? device : undefined, parameters);
    put(call, { ...found, lastStep: checkCodes(call, parameters, found) });
    return {};
  },
  DeactivateMFADevice: (call, parameters) => {
    const { name, device } = named(call, parameters);
    const { UserName: _user, EnableDate: _date, ...rest } = known(device?.UserName === name ? device : undefined, parameters);
    put(call, rest);
    return {};
  },
  DeleteVirtualMFADevice: (call, parameters) => {
    const serial = required(parameters, 'SerialNumber', SERIAL);
    const device = deviceAt(call, serial);
    authorise(call, { action: 'iam:DeleteVirtualMFADevice', resource: serial, tags: tagMap(device?.Tags) });
    const { UserName } = known(device, parameters);
    if (UserName !== undefined) throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
    call.lab.store.commit({ scope: LAB, kind: 'mfa', name: serial, document: null });
    return {};
  },
  ListMFADevices: (call, parameters) => {
    const name = holderName(call, 'User', parameters);
    allow(call, 'User', name);
    const devices = devicesOf(call, userOf(call, name).UserName).map(({ UserName, SerialNumber, EnableDate }) => ({
      ...{ UserName, SerialNumber, EnableDate },
    }));
    return iamPage(parameters, 'MFADevices', devices, ({ SerialNumber }) => SerialNumber);
  },
  ListVirtualMFADevices: (call, parameters) => {
    authorise(call, { action: 'iam:ListVirtualMFADevices', resource: '*' });
    const wanted = parameters.text('AssignmentStatus') ?? 'Any';
    const devices = call.lab.store
      .list(LAB, 'mfa')
      .filter(({ account, UserName }) => {
        const fits = wanted === 'Any' || (UserName !== undefined) === (wanted === 'Assigned');
        return account === call.caller.account && fits;
      })
      .map(({ SerialNumber, EnableDate, UserName }) => ({
        ...{ SerialNumber, EnableDate },
        ...(UserName === undefined ? {} : { User: shown(call, UserName) }),
      }));
    return iamPage(parameters, 'VirtualMFADevices', devices, ({ SerialNumber }) => SerialNumber);
  },
};

function deviceAt({ lab, caller }: Call, serial: string): MfaDoc | undefined {
  const device = lab.store.get(LAB, 'mfa', serial);
  return device?.account === caller.account ? device : undefined;
}

/** The user of a call, who must be there, and the device, once the call is allowed. */
function named(call: Call, parameters: Parameters): { readonly name: string; readonly device: MfaDoc | undefined } {
  const wanted = holderName(call, 'User', parameters);
  const serial = required(parameters, 'SerialNumber', SERIAL);
  allow(call, 'User', wanted);
  return { name: userOf(call, wanted).UserName, device: deviceAt(call, serial) };
}

function known(device: MfaDoc | undefined, parameters: Parameters): MfaDoc {
  if (device === undefined) {
    throw noSuchEntity(`VirtualMFADevice with serial number ${parameters.text('SerialNumber') ?? ''} does not exist.`);
  }
  return device;
}

/** Two codes that follow each other, the second of about now; gives its step. */
function checkCodes(call: Call, parameters: Parameters, { Seed, lastStep = 0 }: MfaDoc): number {
  const [first, second] = ['AuthenticationCode1', 'AuthenticationCode2'].map((name) =>
    required(parameters, name, { least: 6, most: 6, pattern: '[\\d]+' }),
  );
  const present = stepAt(clientsNow(call));
  const found = [-1, 0, 1, 2].find((by) => {
    const step = present + by;
    return step > lastStep && codeOf(Seed, step - 1) === first && codeOf(Seed, step) === second;
  });
  if (found === undefined) throw new Fault('InvalidAuthenticationCode', 403, 'Authentication code for device is not valid.');
  return present + found;
}

function shown(call: Call, userName: string): Readonly<Record<string, unknown>> {
  const { UserName, UserId, Arn, Path, CreateDate } = userOf(call, userName);
  return { Path, UserName, UserId, Arn, CreateDate };
}

function put({ lab }: Call, document: MfaDoc): void {
  lab.store.commit({ scope: LAB, kind: 'mfa', name: document.SerialNumber, document });
}
