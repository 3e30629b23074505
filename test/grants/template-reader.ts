import type { Json, Resource } from '../../src/inventory/index.ts';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, Json>> }>>;
}

/** What a CloudFormation template makes, read as CloudFormation would: a reader of its own, so that it can disagree. */
export function resourcesOf(template: Template, at: { readonly account: string; readonly region: string }): readonly Resource[] {
  const roleArn = (id: string): string => {
    const { Path, RoleName } = template.Resources[id]?.Properties ?? {};
    return `arn:aws:iam::${at.account}:role${Path}${RoleName}`;
  };
  const tags = (list: Json | undefined): Record<string, string> =>
    Object.fromEntries((list as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties: p }]): readonly Resource[] => {
    switch (Type) {
      case 'AWS::IAM::Role':
        return [
          {
            kind: 'role',
            arn: roleArn(id),
            trust: p['AssumeRolePolicyDocument'] ?? null,
            description: String(p['Description']),
            maxSessionDuration: Number(p['MaxSessionDuration']),
            tags: tags(p['Tags']),
          },
        ];
      case 'AWS::IAM::RolePolicy': {
        const name = p['RoleName'] as string | { readonly Ref: string };
        const principalArn = typeof name === 'string' ? `arn:aws:iam::${at.account}:role/${name}` : roleArn(name.Ref);
        return [{ kind: 'inline-policy', principalArn, name: String(p['PolicyName']), document: p['PolicyDocument'] ?? null }];
      }
      case 'AWS::EKS::AccessEntry': {
        const clusterArn = `arn:aws:eks:${at.region}:${at.account}:cluster/${p['ClusterName']}`;
        const named = p['PrincipalArn'] as string | { readonly 'Fn::GetAtt': readonly [string, string] };
        const principalArn = typeof named === 'string' ? named : roleArn(named['Fn::GetAtt'][0]);
        const policies = (p['AccessPolicies'] ?? []) as readonly {
          readonly PolicyArn: string;
          readonly AccessScope: { readonly Type: string; readonly Namespaces?: readonly string[] };
        }[];
        return [
          {
            kind: 'access-entry',
            clusterArn,
            principalArn,
            groups: p['KubernetesGroups'] as readonly string[],
            tags: tags(p['Tags']),
          },
          ...policies.map(
            ({ PolicyArn, AccessScope }): Resource => ({
              kind: 'access-policy',
              clusterArn,
              principalArn,
              policyArn: PolicyArn,
              namespaces: AccessScope.Namespaces ?? [],
            }),
          ),
        ];
      }
      default:
        throw new Error(`no reading of ${Type}`);
    }
  });
}
