import type { FileDoc } from '../state/documents.ts';

/** The account that the organization belongs to. */
export const MANAGEMENT = '444444444444';
const ROOT = 'r-lab1';
const ACCOUNTS = { Platform: '111111111111', Delivery: '222222222222', Security: '333333333333' };

const arn = (resource: string): string => `arn:aws:organizations::${MANAGEMENT}:${resource}`;
const TARGETS = [ROOT, MANAGEMENT, ...Object.values(ACCOUNTS)].map((TargetId) => ({ TargetId }));

const fullAccess = (Id: string, Type: string, statement: Readonly<Record<string, string>>): unknown => ({
  PolicySummary: {
    Id,
    Arn: `arn:aws:organizations::aws:policy/${Type.toLowerCase()}/${Id}`,
    Name: Id.slice(2),
    Type,
    AwsManaged: true,
  },
  Content: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  Targets: TARGETS,
});

/** The organization of the article's accounts: nothing is limited but by the policies that everybody has. */
export const ORGANIZATION: FileDoc = {
  path: 'organizations/o-causewaylab.json',
  text: JSON.stringify({
    Organization: { Id: 'o-causewaylab', Arn: arn('organization/o-causewaylab'), MasterAccountId: MANAGEMENT, FeatureSet: 'ALL' },
    Roots: [
      {
        Id: ROOT,
        Arn: arn(`root/o-causewaylab/${ROOT}`),
        Name: 'Root',
        PolicyTypes: ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'].map((Type) => ({ Type, Status: 'ENABLED' })),
      },
    ],
    OrganizationalUnits: [],
    Accounts: Object.entries({ Management: MANAGEMENT, ...ACCOUNTS }).map(([Name, Id]) => ({
      Id,
      Arn: arn(`account/o-causewaylab/${Id}`),
      Name,
      Status: 'ACTIVE',
      ParentId: ROOT,
    })),
    Policies: [
      fullAccess('p-FullAWSAccess', 'SERVICE_CONTROL_POLICY', { Effect: 'Allow', Action: '*', Resource: '*' }),
      fullAccess('p-RCPFullAWSAccess', 'RESOURCE_CONTROL_POLICY', {
        Effect: 'Allow',
        Principal: '*',
        Action: '*',
        Resource: '*',
      }),
    ],
  }),
};
