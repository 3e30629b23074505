import { authorise, type Call } from '../authorise.ts';
import { readPolicyText } from '../policy-text.ts';
import type { Operation } from '../sts/index.ts';
import { type Parameters, required } from '../wire/parameters.ts';
import { findManaged } from './find-managed.ts';
import { changeable, type Holder, type HolderKind, holderArn, holderName, holderOf } from './holder.ts';
import { ARN, checkSize, encoded, iamPage, noSuchEntity, POLICY_NAME } from './rules.ts';

/** Sums of inline policies, in characters without white space (facts/iam.md §1.6). */
const MOST_INLINE = { User: 2048, Role: 10_240, Group: 5120 };

/** The operations on inline and attached policies of one kind of holder. */
export function holderPolicyOperations(kind: HolderKind): Readonly<Record<string, Operation>> {
  return {
    [`Put${kind}Policy`]: (call, parameters) => {
      const { name, policy } = named(call, kind, parameters);
      const text = required(parameters, 'PolicyDocument', { most: 131_072 });
      allow(call, kind, name);
      readPolicyText(text, 'identity');
      const holder = changeable(call, kind, name);
      const inline = [
        ...holder.inline.filter(({ PolicyName }) => PolicyName !== policy),
        { PolicyName: policy, PolicyDocument: text },
      ];
      const sum = inline.map(({ PolicyDocument: d }) => (typeof d === 'string' ? d : JSON.stringify(d))).join('');
      checkSize(
        sum,
        MOST_INLINE[kind],
        `Maximum policy size of ${MOST_INLINE[kind]} bytes exceeded for ${kind.toLowerCase()} ${name}`,
      );
      call.lab.store.commit(holder.changed({ inline }));
      return {};
    },
    [`Get${kind}Policy`]: (call, parameters) => {
      const { name, policy } = named(call, kind, parameters);
      allow(call, kind, name);
      const found = inlineOf(holderOf(call, kind, name), kind, policy);
      return { [`${kind}Name`]: name, PolicyName: policy, PolicyDocument: encoded(found.PolicyDocument) };
    },
    [`Delete${kind}Policy`]: (call, parameters) => {
      const { name, policy } = named(call, kind, parameters);
      allow(call, kind, name);
      const holder = changeable(call, kind, name);
      inlineOf(holder, kind, policy);
      call.lab.store.commit(holder.changed({ inline: holder.inline.filter(({ PolicyName }) => PolicyName !== policy) }));
      return {};
    },
    [`List${kind}Policies`]: (call, parameters) => {
      const name = holderName(call, kind, parameters);
      allow(call, kind, name);
      const names = holderOf(call, kind, name).inline.map(({ PolicyName }) => PolicyName);
      return iamPage(parameters, 'PolicyNames', names, (policy) => policy);
    },
    [`Attach${kind}Policy`]: (call, parameters) => {
      const { name, arn } = withArn(call, kind, parameters);
      const holder = changeable(call, kind, name);
      const found = findManaged(call, arn);
      if (found === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
      const others = holder.attached.filter(({ PolicyArn }) => PolicyArn !== arn);
      const PolicyName = arn.slice(arn.lastIndexOf('/') + 1);
      call.lab.store.commit(holder.changed({ attached: [...others, { PolicyName, PolicyArn: arn }] }), ...found.keep);
      return {};
    },
    [`Detach${kind}Policy`]: (call, parameters) => {
      const { name, arn } = withArn(call, kind, parameters);
      const holder = changeable(call, kind, name);
      const attached = holder.attached.filter(({ PolicyArn }) => PolicyArn !== arn);
      if (attached.length === holder.attached.length) throw noSuchEntity(`Policy ${arn} was not found.`);
      call.lab.store.commit(holder.changed({ attached }));
      return {};
    },
    [`ListAttached${kind}Policies`]: (call, parameters) => {
      const name = holderName(call, kind, parameters);
      allow(call, kind, name);
      return iamPage(parameters, 'AttachedPolicies', holderOf(call, kind, name).attached, ({ PolicyArn }) => PolicyArn);
    },
  };
}

function named(call: Call, kind: HolderKind, parameters: Parameters): { readonly name: string; readonly policy: string } {
  return { name: holderName(call, kind, parameters), policy: required(parameters, 'PolicyName', POLICY_NAME) };
}

function withArn(call: Call, kind: HolderKind, parameters: Parameters): { readonly name: string; readonly arn: string } {
  const name = holderName(call, kind, parameters);
  const arn = required(parameters, 'PolicyArn', ARN);
  allow(call, kind, name, { 'iam:PolicyARN': arn });
  return { name, arn };
}

/** Asks IAM for the operation on the holder; its boundary, where it has one, is a condition key of the writes. */
export function allow(
  call: Call,
  kind: HolderKind,
  name: string,
  keys: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  authorise(call, {
    action: `iam:${call.operation}`,
    ...holderArn(call, kind, name),
    keys: { ...boundaryKey(call, kind, name), ...keys },
  });
}

function boundaryKey(call: Call, kind: HolderKind, name: string): Readonly<Record<string, string>> {
  const found =
    kind === 'Group'
      ? undefined
      : call.lab.store.get(`account:${call.caller.account}`, kind === 'Role' ? 'role' : 'user', name.toLowerCase());
  const arn = found?.PermissionsBoundary?.PermissionsBoundaryArn;
  return arn === undefined ? {} : { 'iam:PermissionsBoundary': arn };
}

function inlineOf({ inline }: Holder, kind: HolderKind, policy: string): Holder['inline'][number] {
  const found = inline.find(({ PolicyName }) => PolicyName === policy);
  if (found === undefined) throw noSuchEntity(`The ${kind.toLowerCase()} policy with name ${policy} cannot be found.`);
  return found;
}
