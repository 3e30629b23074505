import type { LiveRequest } from './live.ts';

/**
 * A script for a POSIX shell with the aws CLI (and kubectl for a cluster) that writes the same evidence: each command's
 * answer, or its complaint, below the name of the file that it stands for (docs/inventory.md has each command).
 */
export function evidenceCommands({ accounts, clusters, principals }: LiveRequest): string {
  const account = accounts[0]?.id ?? '';
  return [
    '#!/bin/sh',
    `# Reads account ${account} with the aws CLI, and changes nothing. Look at the file before you send it.`,
    'account=$(aws sts get-caller-identity --query Account --output text) || exit 1',
    `if [ "$account" != ${account} ]; then`,
    `  echo "these credentials are of account $account, and this is for ${account}: nothing was read" >&2`,
    '  exit 1',
    'fi',
    "failed=''",
    '{',
    ...SAY.map((line) => line.replace('ACCOUNT', account)),
    // The end of an ARN to be read, and a sum that tells it from others that end alike.
    `file() { printf '%s-%s' "$(printf %s "\${1#*::}" | tr -c 'A-Za-z0-9_-' -)" "$(printf %s "$1" | cksum | cut -d' ' -f1)"; }`,
    `echo 'causeway evidence 1'`,
    `echo '=== accounts/${account}/inventory.json'`,
    `printf '{"version":1,"collectedAt":"%s","as":["%s"]}\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(aws sts get-caller-identity --query Arn --output text)"`,
    ...(principals.length === 0 ? wholeIam() : [...MANAGED, ...principals.flatMap(principalLines)]),
    ...clusters.flatMap(clusterLines),
    `} > ${account}.evidence`,
    'if [ -n "$failed" ]; then',
    `  echo "a call failed: ${account}.evidence is not whole; run this again" >&2`,
    '  exit 1',
    'fi',
    '',
  ].join('\n');
}

/** What is refused or not there is an answer, and is kept as such; anything else is shown, and the script ends with 1. */
const SAY = [
  'say() {',
  '  printf \'=== accounts/ACCOUNT/%s\\n\' "$1"',
  '  shift',
  '  answer=$("$@" 2>&1) && answered=yes || answered=no',
  '  printf \'%s\\n\' "$answer"',
  '  [ $answered = no ] || return 0',
  '  case $answer in',
  "    *'(AccessDenied'* | *'(UnauthorizedOperation'* | *'(NoSuchEntity'* | *'(ResourceNotFound'* | *'(InvalidRequestException'*) ;;",
  "    *'(Forbidden)'* | *'(NotFound)'*) ;;",
  '    *) failed=yes; printf \'%s\\n\' "$answer" >&2 ;;',
  '  esac',
  '}',
] as const;

const wholeIam = (): readonly string[] => [
  'say iam.json aws iam get-account-authorization-details --output json',
  'say oidc-providers.json aws iam list-open-id-connect-providers --output json',
];

function principalLines(arn: string): readonly string[] {
  const [, kind = '', name = ''] = /:(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  // Names of IAM are letters, digits and +=,.@_- (IAM API reference); a quote is never among them.
  const at = `iam/${kind}s/${name}`;
  const of = `--${kind}-name '${name}' --output json`;
  const words = (what: string): string => `aws iam ${what} --${kind}-name '${name}' --output text`;
  const groups = [
    `say '${at}/groups.json' aws iam list-groups-for-user ${of}`,
    `for group in $(${words('list-groups-for-user')} --query 'Groups[].GroupName'); do`,
    `  say "iam/groups/$group/policies.json" aws iam list-group-policies --group-name "$group" --output json`,
    `  say "iam/groups/$group/attached.json" aws iam list-attached-group-policies --group-name "$group" --output json`,
    `  for policy in $(aws iam list-group-policies --group-name "$group" --output text --query 'PolicyNames[]'); do`,
    `    say "iam/groups/$group/inline/$policy.json" aws iam get-group-policy --group-name "$group" --policy-name "$policy" --output json`,
    '  done',
    '  managed "$(aws iam list-attached-group-policies --group-name "$group" --output text --query \'AttachedPolicies[].PolicyArn\')"',
    'done',
  ];
  return [
    `say '${at}/${kind}.json' aws iam get-${kind} ${of}`,
    `say '${at}/policies.json' aws iam list-${kind}-policies ${of}`,
    `for policy in $(${words(`list-${kind}-policies`)} --query 'PolicyNames[]'); do`,
    `  say "${at}/inline/$policy.json" aws iam get-${kind}-policy ${of} --policy-name "$policy"`,
    'done',
    `say '${at}/attached.json' aws iam list-attached-${kind}-policies ${of}`,
    `managed "$(${words(`list-attached-${kind}-policies`)} --query 'AttachedPolicies[].PolicyArn')"`,
    `managed "$(${words(`get-${kind}`)} --query '${kind === 'role' ? 'Role' : 'User'}.PermissionsBoundary.PermissionsBoundaryArn' | grep -v '^None$')"`,
    ...(kind === 'user' ? groups : []),
  ];
}

/** Managed policies by ARN, each once. */
const MANAGED = [
  "seen=''",
  'managed() {',
  '  for arn in $1; do',
  '    case "$seen" in *" $arn "*) continue ;; esac',
  '    seen="$seen $arn "',
  '    at="iam/policies/$(file "$arn")"',
  '    say "$at/policy.json" aws iam get-policy --policy-arn "$arn" --output json',
  '    version=$(aws iam get-policy --policy-arn "$arn" --query Policy.DefaultVersionId --output text)',
  '    say "$at/version.json" aws iam get-policy-version --policy-arn "$arn" --version-id "$version" --output json',
  '  done',
  '}',
] as const;

function clusterLines(arn: string): readonly string[] {
  const [, , , region = '', , resource = ''] = arn.split(':');
  const name = resource.replace('cluster/', '');
  const at = `eks/${region}/${name}`;
  const on = `--cluster-name ${name} --region ${region} --output json`;
  return [
    `say ${at}/cluster.json aws eks describe-cluster --name ${name} --region ${region} --output json`,
    `say ${at}/access-entries/list.json aws eks list-access-entries ${on}`,
    `for arn in $(aws eks list-access-entries --cluster-name ${name} --region ${region} --query 'accessEntries[]' --output text); do`,
    `  entry="${at}/access-entries/$(file "$arn")"`,
    `  say "$entry.json" aws eks describe-access-entry ${on} --principal-arn "$arn"`,
    `  say "$entry.policies.json" aws eks list-associated-access-policies ${on} --principal-arn "$arn"`,
    'done',
    `# kubectl with a context of ${name}:`,
    `say ${at}/kubernetes/aws-auth.yaml kubectl get configmap aws-auth -n kube-system -o yaml`,
    `say ${at}/kubernetes/rbac.yaml kubectl get roles,rolebindings,clusterroles,clusterrolebindings,namespaces -A -o yaml`,
  ];
}
