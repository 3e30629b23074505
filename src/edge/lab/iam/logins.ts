import type { Call } from '../authorise.ts';
import type { LoginDoc } from '../state/documents.ts';
import { accountScope } from '../state/scope.ts';
import type { Operation } from '../sts/index.ts';
import { type Parameters, required } from '../wire/parameters.ts';
import { holderName, holderOf } from './holder.ts';
import { allow } from './holder-policies.ts';
import { iamTime } from './make.ts';
import { alreadyExists, noSuchEntity } from './rules.ts';

const PASSWORD = { most: 128, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' };

/** What a user may have beside access keys, by operation and name of its list; the lab plays none of them. */
const NOTHING = {
  ListSSHPublicKeys: 'SSHPublicKeys',
  ListSigningCertificates: 'Certificates',
  ListServiceSpecificCredentials: 'ServiceSpecificCredentials',
} as const;

/**
 * The operations on passwords, and the lists of credentials that no user of the lab can have, which whoever deletes a user
 * asks for.
 */
export const LOGIN_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateLoginProfile: (call, parameters) => {
    const name = asked(call, parameters);
    required(parameters, 'Password', PASSWORD);
    const { name: UserName } = holderOf(call, 'User', name);
    if (loginOf(call, name) !== undefined) throw alreadyExists(`Login Profile for user ${name} already exists.`);
    const document = { UserName, CreateDate: iamTime(call.lab.now()), PasswordResetRequired: reset(parameters) ?? false };
    put(call, name, document);
    return { LoginProfile: document };
  },
  GetLoginProfile: (call, parameters) => ({ LoginProfile: found(call, asked(call, parameters)) }),
  UpdateLoginProfile: (call, parameters) => {
    const name = asked(call, parameters);
    if (parameters.text('Password') !== undefined) required(parameters, 'Password', PASSWORD);
    const login = found(call, name);
    put(call, name, { ...login, PasswordResetRequired: reset(parameters) ?? login.PasswordResetRequired });
    return {};
  },
  DeleteLoginProfile: (call, parameters) => {
    const name = asked(call, parameters);
    found(call, name);
    put(call, name, null);
    return {};
  },
  ...Object.fromEntries(
    Object.entries(NOTHING).map(([operation, list]): [string, Operation] => [
      operation,
      (call, parameters) => {
        holderOf(call, 'User', asked(call, parameters));
        return { [list]: [], ...(operation === 'ListServiceSpecificCredentials' ? {} : { IsTruncated: false }) };
      },
    ]),
  ),
};

/** The password of a user, if there is one. */
export function loginOf({ lab, caller }: Call, name: string): LoginDoc | undefined {
  return lab.store.get(accountScope(caller.account), 'login', name.toLowerCase());
}

function asked(call: Call, parameters: Parameters): string {
  const name = holderName(call, 'User', parameters);
  allow(call, 'User', name);
  return name;
}

function found(call: Call, name: string): LoginDoc {
  holderOf(call, 'User', name);
  const login = loginOf(call, name);
  if (login === undefined) throw noSuchEntity(`Login Profile for User ${name} cannot be found.`);
  return login;
}

function reset(parameters: Parameters): boolean | undefined {
  const text = parameters.text('PasswordResetRequired');
  return text === undefined ? undefined : text === 'true';
}

function put({ lab, caller }: Call, name: string, document: LoginDoc | null): void {
  lab.store.commit({ scope: accountScope(caller.account), kind: 'login', name: name.toLowerCase(), document });
}
