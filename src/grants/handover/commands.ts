import { escapeForTerminal, shellQuote, shellWord } from '../../base/index.ts';
import type { InlinePolicyResource, Json, RbacManifest } from '../../inventory/index.ts';
import { isSessionsPolicy, SETTLES } from '../sessions.ts';
import type { Step } from '../types.ts';
import { clusterOf, namedIn, permissionSetOf } from './arns.ts';

/**
 * One step as lines of a POSIX shell, for the aws CLI or kubectl. They may be run again: what is made already and bears the
 * owner's mark is left as it is, what is made already by somebody else stops the script.
 */
export function commandsOf(step: Step): readonly string[] {
  if (step.replace !== true) return commandsFor(step);
  const { replace: _, ...plain } = step;
  return [...commandsFor({ ...plain, verb: 'delete' }), ...commandsFor({ ...plain, verb: 'create' })];
}

function commandsFor(step: Step): readonly string[] {
  const { resource, verb } = step;
  switch (resource.kind) {
    case 'role': {
      const { name, path } = namedIn(resource.arn);
      const role = `--role-name ${shellWord(name)}`;
      if (verb === 'delete') return [`if aws iam get-role ${role} >/dev/null 2>&1; then`, `  aws iam delete-role ${role}`, 'fi'];
      const trust = shellQuote(JSON.stringify(resource.trust));
      const about = `--description ${shellWord(resource.description)} --max-session-duration ${resource.maxSessionDuration}`;
      if (verb === 'update') {
        return [
          `aws iam update-assume-role-policy ${role} --policy-document ${trust}`,
          `aws iam update-role ${role} ${about}`,
          `aws iam tag-role ${role} --tags ${keyValues(resource.tags)}`,
        ];
      }
      return madeOnce(
        `role ${name}`,
        resource.tags,
        `aws iam list-role-tags ${role} --query "Tags[?Key=='causeway:owner'].Value | [0]" --output text`,
        `aws iam create-role ${role} --path ${shellWord(path)} ${about} --tags ${keyValues(resource.tags)} --assume-role-policy-document ${trust}`,
      );
    }
    case 'inline-policy': {
      const set = permissionSetOf(resource.principalArn);
      if (set !== undefined) return inIdentityCenter(set, verb === 'delete' ? 'take out of' : 'add to', resource.document);
      const { kind, name } = namedIn(resource.principalArn);
      const at = `--${kind}-name ${shellWord(name)} --policy-name ${shellWord(resource.name)}`;
      if (verb === 'delete')
        return [`if aws iam get-${kind}-policy ${at} >/dev/null 2>&1; then`, `  aws iam delete-${kind}-policy ${at}`, 'fi'];
      if (isSessionsPolicy(resource)) return endedAtRunning(resource, `aws iam put-${kind}-policy ${at}`);
      return [`aws iam put-${kind}-policy ${at} --policy-document ${shellQuote(JSON.stringify(resource.document))}`];
    }
    case 'access-entry': {
      const at = entryAt(resource.clusterArn, resource.principalArn);
      if (verb === 'delete')
        return [`if aws eks describe-access-entry ${at} >/dev/null 2>&1; then`, `  aws eks delete-access-entry ${at}`, 'fi'];
      const username = resource.username === undefined ? '' : ` --username ${shellWord(resource.username)}`;
      const groups = resource.groups.map((group) => ` ${shellWord(group)}`).join('');
      if (verb === 'update') {
        const { region } = clusterOf(resource.clusterArn);
        return [
          `aws eks update-access-entry ${at}${username} --kubernetes-groups${groups === '' ? " '[]'" : groups}`,
          `aws eks tag-resource --region ${shellWord(region)} --tags ${commaTags(resource.tags)} \\`,
          `  --resource-arn "$(aws eks describe-access-entry ${at} --query accessEntry.accessEntryArn --output text)"`,
        ];
      }
      return madeOnce(
        `access entry of ${resource.principalArn}`,
        resource.tags,
        `aws eks describe-access-entry ${at} --query 'accessEntry.tags."causeway:owner"' --output text`,
        `aws eks create-access-entry ${at}${username}${groups === '' ? '' : ` --kubernetes-groups${groups}`} --tags ${commaTags(resource.tags)}`,
      );
    }
    case 'access-policy': {
      const at = `${entryAt(resource.clusterArn, resource.principalArn)} --policy-arn ${shellWord(resource.policyArn)}`;
      if (verb === 'delete') return [`aws eks disassociate-access-policy ${at}`];
      const { namespaces } = resource;
      const scope = namespaces.length === 0 ? 'type=cluster' : shellWord(`type=namespace,namespaces=${namespaces.join(',')}`);
      return [`aws eks associate-access-policy ${at} --access-scope ${scope}`];
    }
    case 'aws-auth-row': {
      const key = resource.section === 'mapRoles' ? 'rolearn' : 'userarn';
      const what = verb === 'delete' ? 'take this row out of' : verb === 'update' ? 'change this row of' : 'add this row to';
      return [
        `# by hand: ${what} ${resource.section}; every other row stays as it is`,
        `# - ${key}: ${escapeForTerminal(resource.arn)}`,
        `#   username: ${JSON.stringify(resource.username)}`,
        `#   groups: ${JSON.stringify(resource.groups)}`,
        'kubectl -n kube-system edit configmap aws-auth',
      ];
    }
    case 'rbac-object':
      return verb === 'delete'
        ? [`kubectl delete --ignore-not-found ${objectWords(resource.manifest)}`]
        : [`kubectl apply -f - <<'EOF'`, JSON.stringify(resource.manifest), 'EOF'];
  }
}

/** IAM lets nobody change the roles that Identity Center made; a set has one inline policy, which is replaced as a whole. */
function inIdentityCenter(set: string, what: string, document: Json): readonly string[] {
  return [
    `# by hand, in IAM Identity Center: ${what} the inline policy of the permission set ${escapeForTerminal(set)} (and provision it again)`,
    ...JSON.stringify(document, null, 2)
      .split('\n')
      .map((line) => `#   ${line}`),
  ];
}

/** The moment is that of the script's running, not of the plan; IAM takes a date as seconds since 1970 too (IAM guide, date condition operators). */
function endedAtRunning({ document }: InlinePolicyResource, put: string): readonly string[] {
  const [head = '', tail = ''] = JSON.stringify(document).split(/(?<="aws:TokenIssueTime":")[^"]*/);
  return [
    `moment=$(($(date +%s) + ${SETTLES / 1000}))`,
    `${put} --policy-document ${shellQuote(head)}"$moment"${shellQuote(tail)}`,
  ];
}

/** Makes a thing that can be made but once, unless it is there with our mark. */
function madeOnce(what: string, tags: Readonly<Record<string, string>>, askOwner: string, make: string): readonly string[] {
  const owner = tags['causeway:owner'] ?? '';
  return [
    `owner=$(${askOwner} 2>/dev/null || echo absent)`,
    'case $owner in',
    `  absent) ${make} ;;`,
    `  ${shellWord(owner)}) ;;`,
    `  *) echo ${shellQuote(`the ${what} is there already and is not of ${owner}: nothing was changed`)} >&2; exit 1 ;;`,
    'esac',
  ];
}

function entryAt(clusterArn: string, principalArn: string): string {
  const { region, name } = clusterOf(clusterArn);
  return `--region ${shellWord(region)} --cluster-name ${shellWord(name)} --principal-arn ${shellWord(principalArn)}`;
}

function objectWords({ kind, metadata }: RbacManifest): string {
  const namespace = metadata.namespace === undefined ? '' : ` -n ${shellWord(metadata.namespace)}`;
  return `${kind.toLowerCase()} ${shellWord(metadata.name)}${namespace}`;
}

/** IAM's list of tags; JSON, since a value may hold what the short form takes for its own. */
function keyValues(tags: Readonly<Record<string, string>>): string {
  return shellQuote(JSON.stringify(Object.entries(tags).map(([Key, Value]): Json => ({ Key, Value }))));
}

function commaTags(tags: Readonly<Record<string, string>>): string {
  return shellQuote(JSON.stringify(tags));
}
