import {
  type AccessScope,
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DisassociateAccessPolicyCommand,
  EKSClient,
  ListAssociatedAccessPoliciesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { type AwsAccess, sdkOptions } from './client.ts';
import type { Ask } from './iam-admin.ts';

/** An access entry as DescribeAccessEntry gives it. */
export interface AccessEntryView {
  readonly arn: string;
  readonly principalArn: string;
  readonly type: string;
  readonly username: string;
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** One associated access policy; no namespaces: the whole cluster. */
export interface AssociationView {
  readonly policyArn: string;
  readonly namespaces: readonly string[];
}

/** An entry that is to be; without a username EKS makes one. */
export interface WantedAccessEntry {
  readonly principalArn: string;
  readonly username?: string;
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The calls of EKS that a plan needs, on one cluster. Each throws the SDK's errors; `undefined` is an entry that is not there. */
export interface EksAdmin {
  readonly readEntry: (principalArn: string) => Promise<AccessEntryView | undefined>;
  /** @param token the same for each try of one creation, so that EKS takes a repeated one for the first */
  readonly createEntry: (entry: WantedAccessEntry, token: string) => Promise<void>;
  readonly updateEntry: (principalArn: string, username: string, groups: readonly string[]) => Promise<void>;
  readonly deleteEntry: (principalArn: string) => Promise<void>;
  readonly tag: (arn: string, tags: Readonly<Record<string, string>>) => Promise<void>;
  readonly untag: (arn: string, keys: readonly string[]) => Promise<void>;
  readonly readAssociations: (principalArn: string) => Promise<readonly AssociationView[] | undefined>;
  readonly associate: (principalArn: string, association: AssociationView) => Promise<void>;
  readonly disassociate: (principalArn: string, policyArn: string) => Promise<void>;
}

/** A client of EKS that tries once. */
export function eksClient(access: AwsAccess): EKSClient {
  return new EKSClient(sdkOptions(access, 1));
}

/** The calls of EKS (EKS API reference; facts/eks.md §3.1) on one cluster, over whatever makes them. */
export function eksAdmin(clusterName: string, ask: Ask<EKSClient>): EksAdmin {
  return {
    readEntry: async (principalArn) => {
      const answer = await ask('DescribeAccessEntry', (client) =>
        absent(client.send(new DescribeAccessEntryCommand({ clusterName, principalArn }))),
      );
      const entry = answer?.accessEntry;
      if (entry === undefined) return undefined;
      return {
        arn: entry.accessEntryArn ?? '',
        principalArn: entry.principalArn ?? principalArn,
        type: entry.type ?? 'STANDARD',
        username: entry.username ?? '',
        groups: entry.kubernetesGroups ?? [],
        tags: entry.tags ?? {},
      };
    },
    createEntry: async ({ principalArn, username, groups, tags }, clientRequestToken) => {
      const entry = { clusterName, principalArn, kubernetesGroups: [...groups], tags: { ...tags }, clientRequestToken };
      const more = username === undefined ? {} : { username };
      await ask('CreateAccessEntry', (client) => client.send(new CreateAccessEntryCommand({ ...entry, ...more })));
    },
    updateEntry: async (principalArn, username, groups) => {
      const change = { clusterName, principalArn, username, kubernetesGroups: [...groups] };
      await ask('UpdateAccessEntry', (client) => client.send(new UpdateAccessEntryCommand(change)));
    },
    deleteEntry: async (principalArn) => {
      await ask('DeleteAccessEntry', (client) => client.send(new DeleteAccessEntryCommand({ clusterName, principalArn })));
    },
    tag: async (resourceArn, tags) => {
      await ask('TagResource', (client) => client.send(new TagResourceCommand({ resourceArn, tags: { ...tags } })));
    },
    untag: async (resourceArn, keys) => {
      await ask('UntagResource', (client) => client.send(new UntagResourceCommand({ resourceArn, tagKeys: [...keys] })));
    },
    readAssociations: (principalArn) =>
      ask('ListAssociatedAccessPolicies', (client) => absent(associationsOf(client, clusterName, principalArn))),
    associate: async (principalArn, { policyArn, namespaces }) => {
      const isCluster = namespaces.length === 0;
      const accessScope: AccessScope = isCluster ? { type: 'cluster' } : { type: 'namespace', namespaces: [...namespaces] };
      const association = { clusterName, principalArn, policyArn, accessScope };
      await ask('AssociateAccessPolicy', (client) => client.send(new AssociateAccessPolicyCommand(association)));
    },
    disassociate: async (principalArn, policyArn) => {
      const association = { clusterName, principalArn, policyArn };
      await ask('DisassociateAccessPolicy', (client) => client.send(new DisassociateAccessPolicyCommand(association)));
    },
  };
}

async function associationsOf(client: EKSClient, clusterName: string, principalArn: string): Promise<readonly AssociationView[]> {
  const found: AssociationView[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await client.send(new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn, nextToken }));
    for (const { policyArn = '', accessScope } of page.associatedAccessPolicies ?? [])
      found.push({ policyArn, namespaces: accessScope?.type === 'namespace' ? (accessScope.namespaces ?? []) : [] });
    // A page that names itself again would go round for ever.
    if (page.nextToken === undefined || page.nextToken === nextToken) return found;
    nextToken = page.nextToken;
  }
}

/** An entry that is read and is not there; a cluster that is not there is an error like any other. */
async function absent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const isAbsent =
      error instanceof Error && error.name === 'ResourceNotFoundException' && !/^No cluster found/.test(error.message);
    if (isAbsent) return undefined;
    throw error;
  }
}
