import type { PlanNote } from '../types.ts';
import { accountOfPrincipal } from '../wish/principals.ts';
import type { Principal, Wish } from '../wish/types.ts';

type Warn = (wish: Wish) => string | undefined;

const isRole = ({ kind }: Principal): boolean => kind === 'role' || kind === 'sso' || kind === 'podIdentity';

/** What is worth knowing about a grant whatever there is: one unit a warning, by its code. */
const WARNINGS: Readonly<Record<string, Warn>> = {
  'client-external-id': ({ require }) =>
    require.externalId === undefined
      ? undefined
      : 'aws eks get-token has no flag for an external ID: the aws CLI sends one only from a profile (role_arn, external_id), without --role-arn in the kubeconfig; causeway token --external-id sends it too. It is a shared word, not a secret of one caller',
  // The CLI names its own sessions (facts eks.md §4.5).
  'client-session-name': ({ require }) =>
    require.sessionName === undefined
      ? undefined
      : "aws eks get-token --role-arn names its session EKSGetTokenAuth and is refused: a profile's role_session_name, or causeway token --session-name, has to say the caller's own name",
  'client-source-identity': ({ require }) =>
    require.sourceIdentity === undefined
      ? undefined
      : 'no profile of the aws CLI sends a source identity: aws sts assume-role --source-identity and causeway token --source-identity do, and a session that has one keeps it',
  'client-mfa': ({ require }) =>
    require.mfa === undefined
      ? undefined
      : "the caller sends a code: a profile's mfa_serial, or causeway token --mfa-serial; aws eks get-token --role-arn alone has no MFA",
  // STS: role chaining (facts iam.md §2.2, eks.md §7.5).
  chained: ({ session, to, via }) =>
    via === 'role' && session > 3600 && to.some(isRole)
      ? `a role that assumes a role gets one hour at most (role chaining), so ${hours(session)} is for users and federated callers alone`
      : undefined,
  'long-lived': ({ to }) =>
    to.some(({ kind }) => kind === 'user')
      ? 'a user has keys that never end; a role, a permission set or a federated identity has none'
      : undefined,
  'direct-expires': ({ via, expires }) =>
    via === 'direct' && expires !== undefined
      ? 'AWS ends no access entry by itself: this one ends only when apply runs after that moment'
      : undefined,
  // EKS has no resource policies (facts eks.md §3.8).
  'direct-describe': ({ via, to, on }) =>
    via === 'direct' && to.some((principal) => on.some(({ account }) => accountOfPrincipal(principal) !== account))
      ? 'nobody describes a cluster of another account directly: give the caller its endpoint and certificate (causeway kubeconfig --from cluster.json)'
      : undefined,
  // GitHub changelog of 23 April 2026 (facts iam.md §2.2).
  'github-ids': ({ to }) =>
    to.some((principal) => principal.kind === 'github' && !principal.subject.includes('@'))
      ? 'repositories that were made, renamed or moved after 15 July 2026 send their ids in the claim, and this trust never fits them: give ownerId and repoId'
      : undefined,
  'audit-namespaces': ({ access, namespaces }) =>
    access.kind === 'audit' && namespaces.length > 0
      ? 'nodes, volumes, storage classes, ClusterRoles and CRDs are of the whole cluster: audit in namespaces does not read them'
      : undefined,
};

/** Everything that a grant is worth a warning for, by its text alone. */
export function fileWarnings(wish: Wish): readonly PlanNote[] {
  return Object.entries(WARNINGS).flatMap(([code, warn]) => {
    const text = warn(wish);
    return text === undefined ? [] : [{ code, grant: wish.name, text }];
  });
}

function hours(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}
