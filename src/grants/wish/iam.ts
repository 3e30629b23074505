import type { Inventory, Json } from '../../inventory/index.ts';
import { resourceId } from '../../inventory/index.ts';
import type { Rename } from '../canonical.ts';
import { callerPolicy, ROLE_POLICY, roleArn, tagsOf } from '../marks.ts';
import { roleDigest } from './digest.ts';
import { type Found, findPrincipal, permissionSetIn, permissionSetPattern, SSO_PATH } from './principals.ts';
import { assumeActions, oneOrMany, trustPolicy } from './trust.ts';
import type { FileCluster, Wish } from './types.ts';
import type { Wanted } from './wanted.ts';

/** The clusters of a grant by the account that they are in. */
export function byAccount(clusters: readonly FileCluster[]): ReadonlyMap<string, readonly FileCluster[]> {
  const map = new Map<string, FileCluster[]>();
  for (const cluster of clusters) map.set(cluster.account, [...(map.get(cluster.account) ?? []), cluster]);
  return map;
}

/** What a grant with `via: role` needs in IAM: a role for each account of its clusters, and the callers' right to assume them. */
export function iamResources(wish: Wish, file: string, inventory: Inventory): readonly Wanted[] {
  const roles: Wanted[] = [];
  const callers = new Map<string, { readonly found: Found; readonly arns: string[] }>();
  for (const [account, clusters] of byAccount(wish.on)) {
    const partition = clusters[0]?.partition ?? '';
    const arn = roleArn(partition, account, file, wish.name);
    const found = wish.to.map((principal) => findPrincipal(principal, inventory, account));
    roles.push(...roleResources(wish, file, { arn, account, partition, clusters, found }));
    for (const one of found) {
      if (one.provider !== undefined || one.principal.kind === 'irsa') continue;
      const key = one.arn ?? JSON.stringify(one.principal);
      const caller = callers.get(key) ?? { found: one, arns: [] };
      callers.set(key, caller);
      caller.arns.push(arn);
    }
  }
  return [...roles, ...[...callers.values()].flatMap(({ found, arns }) => callerResource(wish, file, found, arns))];
}

interface RoleParts {
  readonly arn: string;
  readonly account: string;
  readonly partition: string;
  readonly clusters: readonly FileCluster[];
  readonly found: readonly Found[];
}

function roleResources(wish: Wish, file: string, parts: RoleParts): readonly Wanted[] {
  const { arn, account, partition, clusters, found } = parts;
  const gap = found.find(({ principal, provider }) => principal.kind === 'irsa' && provider === undefined)?.gap;
  const role: Wanted = {
    resource: {
      kind: 'role',
      arn,
      trust: trustPolicy(wish, found, partition, account),
      description: `Causeway: grant ${wish.name} of ${file}`,
      maxSessionDuration: wish.session,
      tags: tagsOf(file, wish.name, roleDigest(wish, clusters)),
    },
    grant: wish.name,
    account,
    after: [],
    notes: found.flatMap(seenNote),
    rename: renamer(found, partition),
    ...(gap === undefined ? {} : { gap }),
  };
  const on = clusters.map((cluster) => cluster.arn).sort();
  const policy: Wanted = {
    resource: {
      kind: 'inline-policy',
      principalArn: arn,
      name: ROLE_POLICY,
      document: allow(['eks:DescribeCluster'], on),
    },
    grant: wish.name,
    account,
    after: [resourceId(role.resource)],
    notes: [],
  };
  return [role, policy];
}

function allow(actions: readonly string[], resources: readonly string[]): Json {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: oneOrMany(actions), Resource: oneOrMany([...resources].sort()) }],
  };
}

function seenNote({ principal, state, arn, account }: Found): readonly string[] {
  if (state === 'there') return [];
  if (principal.kind === 'sso') {
    const why = state === 'absent' ? 'is assigned to nobody there' : 'cannot be seen';
    return [
      `permission set ${principal.permissionSet} of account ${account} ${why}: its role is trusted by a pattern that no other role fits`,
    ];
  }
  const why = state === 'absent' ? 'does not exist' : 'cannot be seen';
  return [`${arn ?? ''} ${why}, and IAM takes only what exists: its account is trusted under the condition aws:PrincipalArn`];
}

/** The role of a permission set, whatever its suffix and however it is trusted, is one principal. */
function renamer(found: readonly Found[], partition: string): Rename {
  const sets = found.flatMap(({ principal, arn }) => (principal.kind === 'sso' ? [{ principal, arn }] : []));
  return (who) => {
    for (const { principal, arn } of sets) {
      const { account, permissionSet } = principal;
      const name = `sso:${account}/${permissionSet}`;
      if (who === arn || who === permissionSetPattern(partition, account, permissionSet)) return name;
      const isOne =
        who.startsWith(`arn:${partition}:iam::${account}:${SSO_PATH}`) &&
        permissionSetIn(who.slice(who.lastIndexOf('/') + 1)) === permissionSet;
      // The one that is there now is known: any other is what is left of an earlier one.
      if (isOne && arn === undefined) return name;
    }
    return who;
  };
}

/** The one inline policy that lets a caller assume the grant's roles. */
function callerResource(wish: Wish, file: string, found: Found, arns: readonly string[]): readonly Wanted[] {
  const { principal, account } = found;
  const partition = arns[0]?.split(':')[1] ?? '';
  const principalArn =
    found.arn ?? (principal.kind === 'sso' ? permissionSetPattern(partition, account, principal.permissionSet) : undefined);
  if (principalArn === undefined) return [];
  const handOver =
    principal.kind === 'sso'
      ? `the policies of permission set ${principal.permissionSet} are changed in IAM Identity Center, by its administrator: add this to its inline policy`
      : found.state === 'absent'
        ? `${principalArn} does not exist: whoever makes it gives it this policy`
        : undefined;
  return [
    {
      resource: {
        kind: 'inline-policy',
        principalArn,
        name: callerPolicy(file, wish.name),
        document: allow(assumeActions(found, wish.require), arns),
      },
      grant: wish.name,
      account,
      after: arns.map((arn) => `role ${arn}`),
      notes: [],
      ...(handOver === undefined ? {} : { handOver }),
    },
  ];
}
