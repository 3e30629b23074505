import type { Inventory } from '../../inventory/index.ts';
import { ROLE_POLICY, roleArn, SESSIONS_POLICY } from '../marks.ts';
import { principalOf } from '../present-parts.ts';
import type { PlanNote } from '../types.ts';
import { byAccount } from '../wish/iam.ts';
import { findPrincipal } from '../wish/principals.ts';
import type { Wish } from '../wish/types.ts';

/** What stands in IAM already, or does not, and makes a grant more or less than it says. */
export function iamWarnings(wish: Wish, file: string, inventory: Inventory): readonly PlanNote[] {
  if (wish.via !== 'role') return [];
  const found: PlanNote[] = [];
  const warn = (code: string, text: string): void => {
    found.push({ code, grant: wish.name, text });
  };
  for (const [account, clusters] of byAccount(wish.on)) {
    const partition = clusters[0]?.partition ?? '';
    const providers = inventory.accounts.get(account)?.oidcProviders();
    const principals = wish.to.map((principal) => findPrincipal(principal, inventory, account));
    for (const provider of new Set(principals.flatMap((one) => one.provider ?? []))) {
      const arn = `arn:${partition}:iam::${account}:oidc-provider/${provider}`;
      const command = `aws iam create-open-id-connect-provider --url https://${provider} --client-id-list sts.amazonaws.com`;
      if (providers?.state === 'collected' && !providers.value.includes(arn)) {
        warn(
          'no-provider',
          `account ${account} has no identity provider ${provider}, and nobody comes through it before ${command}`,
        );
      }
    }
    const arn = roleArn(partition, account, file, wish.name);
    const { known } = principalOf(arn, inventory);
    const others = (known?.policies ?? []).filter(
      ({ inline, arn }) => ![ROLE_POLICY, SESSIONS_POLICY].includes(inline ?? arn ?? ROLE_POLICY),
    );
    for (const { name } of known?.arn === arn ? others : []) {
      warn('extra-policy', `somebody gave the grant's role another policy (${name}): whoever assumes it has those rights too`);
    }
  }
  return found;
}
