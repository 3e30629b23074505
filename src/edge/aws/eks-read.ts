import {
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
} from '@aws-sdk/client-eks';
import { type Answer, type AwsCaller, allPages, makeSender, type Pages } from './ask.ts';
import { sdkOptions } from './client.ts';
import { type Fields, plain } from './iam.ts';

/** Reads EKS of one account and region; every answer is what the aws CLI would print. */
export interface EksReader {
  readonly cluster: (name: string) => Promise<Answer<Fields>>;
  readonly accessEntries: (cluster: string) => Promise<Pages<Fields>>;
  readonly accessEntry: (cluster: string, principalArn: string) => Promise<Answer<Fields>>;
  readonly associatedPolicies: (cluster: string, principalArn: string) => Promise<Pages<Fields>>;
  readonly close: () => void;
}

/** The largest page (EKS API reference, maxResults). */
const PAGE = 100;

/** Makes a reader. */
export function eksReader(caller: AwsCaller): EksReader {
  const { ask, close } = makeSender(caller, (access) => new EKSClient(sdkOptions(access, 1)));
  const next = ({ nextToken }: Fields): string | undefined => (typeof nextToken === 'string' ? nextToken : undefined);
  return {
    cluster: (name) =>
      ask('eks:DescribeCluster', async (client) => plain(await client.send(new DescribeClusterCommand({ name })))),
    accessEntries: (clusterName) =>
      allPages(
        (nextToken) =>
          ask('eks:ListAccessEntries', async (client) =>
            plain(await client.send(new ListAccessEntriesCommand({ clusterName, maxResults: PAGE, nextToken }))),
          ),
        next,
      ),
    accessEntry: (clusterName, principalArn) =>
      ask('eks:DescribeAccessEntry', async (client) =>
        plain(await client.send(new DescribeAccessEntryCommand({ clusterName, principalArn }))),
      ),
    associatedPolicies: (clusterName, principalArn) =>
      allPages(
        (nextToken) =>
          ask('eks:ListAssociatedAccessPolicies', async (client) =>
            plain(
              await client.send(
                new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn, maxResults: PAGE, nextToken }),
              ),
            ),
          ),
        next,
      ),
    close,
  };
}
