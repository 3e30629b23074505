import { shellQuote, shellWord } from '../../base/index.ts';
import type { Cluster, Edit } from '../../inventory/index.ts';
import type { RemedyStep } from '../types.ts';

/** Writes one change as what a person types, with whose it is to type. */
export function describeChange(change: Edit, cluster: Cluster): RemedyStep {
  return { change, ...words(change, cluster) };
}

function words(change: Edit, cluster: Cluster): Omit<RemedyStep, 'change'> {
  const at = `--region ${shellWord(cluster.region)} --cluster-name ${shellWord(cluster.name)}`;
  switch (change.kind) {
    case 'add-identity-statement': {
      const kind = change.principalArn.includes(':user/') ? 'user' : 'role';
      return {
        owner: accountOf(change.principalArn),
        text: `let ${change.principalArn} ${change.statement.Action} on ${change.statement.Resource}`,
        command: `aws iam put-${kind}-policy --${kind}-name ${shellWord(nameOf(change.principalArn))} --policy-name ${shellWord(`causeway-assume-${nameOf(String(change.statement.Resource))}`)} \\\n  --policy-document ${json({ Version: '2012-10-17', Statement: [change.statement] })}`,
      };
    }
    case 'add-trust-statement':
      return {
        owner: accountOf(change.roleArn),
        text: `add this statement to the trust policy of ${change.roleArn} (the API replaces the whole policy: keep what is there)`,
        command: `# statement to add: ${JSON.stringify(change.statement)}\naws iam update-assume-role-policy --role-name ${shellWord(nameOf(change.roleArn))} --policy-document file://trust.json`,
      };
    case 'put-access-entry': {
      const { entry } = change;
      const groups = entry.groups.length === 0 ? '' : ` --kubernetes-groups ${entry.groups.map(shellWord).join(' ')}`;
      const lines = [`aws eks create-access-entry ${at} --principal-arn ${shellWord(entry.principalArn)}${groups}`];
      const policies = entry.policies.state === 'collected' ? entry.policies.value : [];
      for (const policy of policies) lines.push(associate(at, entry.principalArn, policy.policyArn, policy.scope.namespaces));
      const owner = cluster.arn;
      if (!hasEntry(cluster, entry.principalArn))
        return { owner, text: `give ${entry.principalArn} an access entry`, command: lines.join('\n') };
      // One principal has one entry (facts/eks.md §3.3), so the old one must go first, and with it its groups and policies.
      const text = `delete the access entry of ${entry.principalArn}, which is bound to a principal that is gone, and make a new one`;
      lines.unshift(`aws eks delete-access-entry ${at} --principal-arn ${shellWord(entry.principalArn)}`);
      return { owner, text, command: lines.join('\n') };
    }
    case 'associate-access-policy':
      return {
        owner: cluster.arn,
        text: `associate ${nameOf(change.policy.policyArn)} with the access entry of ${change.principalArn}`,
        command: associate(at, change.principalArn, change.policy.policyArn, change.policy.scope.namespaces),
      };
    case 'add-aws-auth-row':
      return {
        owner: cluster.arn,
        text: `add a row for ${change.row.rolearn} to mapRoles of aws-auth (edit, never replace: the other rows are the nodes')`,
        command: `kubectl -n kube-system edit configmap aws-auth\n# - rolearn: ${shellWord(change.row.rolearn)}\n#   username: ${JSON.stringify(change.row.username)}\n#   groups: ${JSON.stringify(change.row.groups)}`,
      };
    case 'replace-aws-auth-arn':
      return {
        owner: cluster.arn,
        text: `in mapRoles of aws-auth, write ${change.to} for ${change.from}`,
        command: `kubectl -n kube-system edit configmap aws-auth\n# - rolearn: ${shellWord(change.to)}`,
      };
    case 'add-rbac-role': {
      const { role } = change;
      const manifest = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: role.kind,
        metadata: metadata(role.name, role.namespace),
        rules: role.rules,
      };
      return { owner: cluster.arn, text: `make ${role.kind} ${role.name} with just that rule`, command: apply(manifest) };
    }
    case 'add-rbac-binding': {
      const { binding } = change;
      const manifest = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: binding.kind,
        metadata: metadata(binding.name, binding.namespace),
        roleRef: binding.roleRef,
        subjects: binding.subjects,
      };
      const where = binding.namespace === '' ? '' : ` in ${binding.namespace}`;
      const who = binding.subjects.map(({ kind, name }) => `${kind} ${name}`).join(', ');
      return {
        owner: cluster.arn,
        text: `bind ${who} to ${binding.roleRef.kind} ${binding.roleRef.name}${where}`,
        command: apply(manifest),
      };
    }
  }
}

function hasEntry(cluster: Cluster, principalArn: string): boolean {
  const entries = cluster.accessEntries();
  return entries.state === 'collected' && entries.value.some((entry) => entry.principalArn === principalArn);
}

function associate(at: string, principalArn: string, policyArn: string, namespaces: readonly string[]): string {
  const scope = namespaces.length === 0 ? 'type=cluster' : shellWord(`type=namespace,namespaces=${namespaces.join(',')}`);
  return `aws eks associate-access-policy ${at} --principal-arn ${shellWord(principalArn)} \\\n  --policy-arn ${shellWord(policyArn)} --access-scope ${scope}`;
}

function apply(manifest: unknown): string {
  return `kubectl apply -f - <<'EOF'\n${JSON.stringify(manifest)}\nEOF`;
}

function metadata(name: string, namespace: string): Record<string, string> {
  return namespace === '' ? { name } : { name, namespace };
}

/** A JSON document as one word of a shell command. */
function json(document: unknown): string {
  return shellQuote(JSON.stringify(document));
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
