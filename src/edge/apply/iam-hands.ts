import { type InlinePolicyResource, type Json, OWNER_TAG, type RoleResource } from '../../inventory/index.ts';
import { parseArn } from '../../rules/arn/index.ts';
import type { IamAdmin, PolicyHolder } from '../aws/index.ts';
import { differences } from './fields.ts';
import type { Hand } from './hand.ts';

/** Roles without their policies. A role of the same name under another path is another thing, and stands in the way. */
export function roleHand(iam: IamAdmin): Hand<RoleResource> {
  return {
    read: async ({ arn }) => {
      const found = await iam.readRole(nameOf(arn));
      return found === undefined ? undefined : { kind: 'role', ...found, trust: documentOf(found.trust) };
    },
    put: async (wanted, now) => {
      const name = nameOf(wanted.arn);
      const trust = JSON.stringify(wanted.trust);
      if (now === undefined) {
        await iam.createRole({ ...wanted, trust });
        return;
      }
      const changed = differences(now, wanted);
      const tag = async (): Promise<void> => {
        const stale = Object.keys(now.tags).filter((key) => key.startsWith('causeway:') && wanted.tags[key] === undefined);
        if (changed.some((field) => field.startsWith('tag ') && wanted.tags[field.slice(4)] !== undefined))
          await iam.tagRole(name, wanted.tags);
        if (stale.length > 0) await iam.untagRole(name, stale);
      };
      // The digest says what was applied, so it comes last; but what is taken over is marked before it is changed.
      const isTakenOver = now.tags[OWNER_TAG] === undefined;
      if (isTakenOver) await tag();
      if (changed.includes('trust')) await iam.updateTrust(name, trust);
      if (changed.includes('description') || changed.includes('maxSessionDuration'))
        await iam.updateRole(name, wanted.description, wanted.maxSessionDuration);
      if (!isTakenOver) await tag();
    },
    remove: ({ arn }) => iam.deleteRole(nameOf(arn)),
  };
}

/** Inline policies of roles and users, each by its name. */
export function inlinePolicyHand(iam: IamAdmin): Hand<InlinePolicyResource> {
  return {
    read: async (policy) => {
      const text = await iam.readInline(holderOf(policy), policy.name);
      return text === undefined ? undefined : { ...policy, document: documentOf(text) };
    },
    put: (policy) => iam.putInline(holderOf(policy), policy.name, JSON.stringify(policy.document)),
    remove: (policy) => iam.deleteInline(holderOf(policy), policy.name),
  };
}

function holderOf({ principalArn }: InlinePolicyResource): PolicyHolder {
  const kind = parseArn(principalArn)?.resource.startsWith('user/') === true ? 'user' : 'role';
  return { kind, name: nameOf(principalArn) };
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** A text that is no JSON is compared as the text that it is. */
function documentOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
