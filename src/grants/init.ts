import { parseArn, readIdentity } from '../rules/arn/index.ts';

/** What a first grants file is made from. */
export interface FirstGrant {
  /** Name of the file. */
  readonly name: string;
  /** `ACCOUNT/REGION/NAME`, or the ARN of a cluster. */
  readonly cluster: string;
  /** ARNs of roles and users. */
  readonly to: readonly string[];
  readonly access: string;
  /** Empty: the whole cluster. */
  readonly namespaces: readonly string[];
  readonly via: 'role' | 'direct';
}

/** Account, region and name of a cluster as people write it; undefined when it is neither form. */
export function readClusterName(
  text: string,
): { readonly account: string; readonly region: string; readonly name: string } | undefined {
  const arn = parseArn(text);
  if (arn !== undefined) {
    const [kind, name, ...rest] = arn.resource.split('/');
    return arn.service === 'eks' && kind === 'cluster' && name !== undefined && rest.length === 0
      ? { account: arn.account, region: arn.region, name }
      : undefined;
  }
  const [account, region, name, ...rest] = text.split('/');
  if (account === undefined || region === undefined || name === undefined || name === '' || rest.length > 0) return undefined;
  return { account, region, name };
}

/**
 * The text of a grants file with one grant, with a word to each part that somebody may want to change. Read it again to see
 * whether what was asked for can be (`readGrants`).
 */
export function firstFile({ name, cluster, to, access, namespaces, via }: FirstGrant): string {
  const place = readClusterName(cluster) ?? { account: '', region: '', name: cluster };
  const ids = [...new Set([place.account, ...to.map((arn) => parseArn(arn)?.account ?? '')])].filter((id) => id !== '');
  const who = readIdentity(to[0] ?? '');
  const grant = dnsName(`${'error' in who ? 'somebody' : who.name}-${access}`);
  const alias = dnsName(place.name);
  const whom = to.length === 1 ? ` ${to[0]}` : `\n${to.map((arn) => `      - ${arn}`).join('\n')}`;
  const lines = [
    '# Who may do what on which cluster. `causeway plan` shows what it means, `causeway apply` makes it so (docs/grants.md).',
    `name: ${name} # the mark of this file on everything that it makes`,
    'accounts:',
    ...ids.map((id) => `  ${aliasOf(id)}: { id: "${id}" }`),
    'clusters:',
    `  ${alias}: { account: ${aliasOf(place.account)}, region: ${place.region}, name: ${place.name} }`,
    'grants:',
    `  - name: ${grant}`,
    `    to:${whom}`,
    `    on: ${alias}`,
    `    access: ${access} # view, audit, edit, admin, cluster-admin, or { clusterRole: … }, { policy: … }, { rules: […] }`,
    namespaces.length === 0
      ? '    # namespaces: [my-namespace] # without them: the whole cluster'
      : `    namespaces: [${namespaces.map((namespace) => JSON.stringify(namespace)).join(', ')}]`,
    `    via: ${via} # role: a role that the caller assumes; direct: the cluster knows the caller itself`,
    '    # expires: 2027-03-31 # the day on which it ends by itself',
  ];
  return `${lines.join('\n')}\n`;
}

function aliasOf(account: string): string {
  return `account-${account}`;
}

/** The text as a name of a-z, 0-9 and "-". */
function dnsName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? 'grant' : name;
}
