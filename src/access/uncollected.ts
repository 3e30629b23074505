import type { Gap } from '../base/index.ts';
import type { Inventory, PolicyDocument } from '../inventory/index.ts';
import type { Session } from '../rules/sts/index.ts';
import type { Found } from './principals.ts';
import type { Targets } from './targets.ts';
import { gapOf, type TrustGraph } from './trust-graph.ts';

/** Accounts on a possible path that nobody collected, and that this session's policies might let it into. */
export function uncollected(
  inventory: Inventory,
  graph: TrustGraph,
  targets: Targets,
  state: { readonly session: Session; readonly found: Found },
): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const account of targets.accounts) {
    const gap = gapOf(graph, inventory, account);
    // In its own account a trust policy that names the session is enough.
    if (gap !== undefined && (account === state.session.principal.account || mayReach(state.found, account))) gaps.push(gap);
  }
  return gaps;
}

/**
 * Whether an identity policy could allow assuming some role of another account; read generously. A provider lets nobody into
 * another account than its own (facts/iam.md §2.2).
 */
function mayReach(found: Found, account: string): boolean {
  if (found.principal === undefined) return found.gap !== undefined && !/^(oidc|saml)-provider$/.test(found.identity.kind);
  return found.principal.policies.some((policy) => {
    const { everywhere, text } = resourcesOf(policy);
    return everywhere || text.includes(account);
  });
}

interface Resources {
  /** It might be about any account. */
  readonly everywhere: boolean;
  readonly text: string;
}

/** NotResource, `*`, an ARN with a wildcard or a variable. */
const PATTERN = /"NotResource":|"Resource":(\[[^\]]*)?"(\*|arn:[^"]*[*?$][^"]*)"/;

const resources = new WeakMap<PolicyDocument, Resources>();

/** What a policy is about; taken from its text once, however many sessions and accounts are looked at. */
function resourcesOf(policy: PolicyDocument): Resources {
  let known = resources.get(policy);
  if (known === undefined) {
    const text = JSON.stringify(policy.document) ?? '';
    const everywhere = policy.document === undefined || PATTERN.test(text);
    known = { everywhere, text };
    resources.set(policy, known);
  }
  return known;
}
