import { permissionSetIn } from '../wish/principals.ts';

/** What an IAM ARN names: `arn:aws:iam::111111111111:role/a/b/ci` is the role `ci` at the path `/a/b/`. */
export function namedIn(arn: string): { readonly kind: 'role' | 'user'; readonly path: string; readonly name: string } {
  const [kind = '', ...rest] = arn.split(':').slice(5).join(':').split('/');
  const name = rest.pop() ?? '';
  return { kind: kind === 'user' ? 'user' : 'role', path: rest.length === 0 ? '/' : `/${rest.join('/')}/`, name };
}

/** Region and name of a cluster ARN. */
export function clusterOf(arn: string): { readonly region: string; readonly name: string } {
  return { region: arn.split(':')[3] ?? '', name: arn.slice(arn.indexOf('/') + 1) };
}

/**
 * The permission set of a role that IAM Identity Center made, which nobody else may change: its policies are those of the set
 * (facts/iam.md, SSO roles).
 *
 * @example permissionSetOf('arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef') // 'Ops'
 */
export function permissionSetOf(arn: string): string | undefined {
  const name = /:role\/aws-reserved\/sso\.amazonaws\.com\/(?:[^/]+\/)?([^/]+)$/.exec(arn)?.[1];
  return name === undefined ? undefined : permissionSetIn(name);
}
