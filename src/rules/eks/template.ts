import type { Gap } from '../../base/index.ts';
import type { Caller } from './caller.ts';

/** A rendered template: `open` where a part stays to be filled by the session. */
export type Rendered =
  | { readonly state: 'text'; readonly text: string; readonly open: boolean }
  | { readonly state: 'refused'; readonly error: string }
  | { readonly state: 'unknown'; readonly gap: Gap };

/** Stands for the private DNS name that EC2 has for the instance in the session name. */
export const DNS_NAME = '{{EC2PrivateDNSName}}';

/**
 * Fills in a username or group as aws-iam-authenticator does (pkg/server/server.go renderTemplate; facts §1.7): by plain
 * replacement in a fixed order, the instance first. A session that is no instance id is refused before EC2 is asked.
 *
 * @example renderTemplate('ci:{{SessionName}}', caller, undefined) // session ann@example.com: 'ci:ann-example.com'
 */
export function renderTemplate(
  template: string,
  caller: Caller,
  dnsNames: Readonly<Record<string, string>> | undefined,
): Rendered {
  let text = template;
  const { session } = caller;
  if (session !== undefined && text.includes(DNS_NAME)) {
    if (!/^i-(\w{8}|\w{17})$/.test(session)) return { state: 'refused', error: 'SessionName did not contain an instance id' };
    if (dnsNames === undefined) return { state: 'unknown', gap: instanceGap(session, caller.account) };
    const name = Object.hasOwn(dnsNames, session) ? dnsNames[session] : undefined;
    if (name === undefined) return { state: 'refused', error: `EC2 knows no private DNS name of instance ${session}` };
    text = text.split(DNS_NAME).join(name);
  }
  text = text.split('{{AccountID}}').join(caller.account);
  if (session !== undefined) {
    text = text.split('{{SessionName}}').join(session.replaceAll('@', '-'));
    text = text.split('{{SessionNameRaw}}').join(session);
  }
  if (caller.accessKeyId !== undefined) text = text.split('{{AccessKeyID}}').join(caller.accessKeyId);
  return { state: 'text', text, open: isOpen(text, caller) };
}

/** Whether something that the caller alone does not settle is left to be filled in; an unknown `{{X}}` stays as it is for ever. */
function isOpen(text: string, caller: Caller): boolean {
  const left = caller.session === undefined ? [DNS_NAME, '{{SessionName}}', '{{SessionNameRaw}}'] : [];
  if (caller.accessKeyId === undefined) left.push('{{AccessKeyID}}');
  return left.some((template) => text.includes(template));
}

function instanceGap(instance: string, account: string): Gap {
  return {
    kind: 'gap',
    id: `ec2-instance:${account}/${instance}`,
    state: 'notCollected',
    what: `the private DNS name of instance ${instance}`,
    side: account,
    command: `aws ec2 describe-instances --instance-ids ${instance} --query 'Reservations[].Instances[].PrivateDnsName'`,
  };
}
