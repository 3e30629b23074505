import type { IamReader } from '../aws/index.ts';
import { type Context, missed } from './context.ts';
import { withDocuments } from './documents.ts';
import { fieldsIn } from './fields.ts';
import { arnName } from './file-name.ts';

/** Reads the default version of one managed policy. */
export async function collectManagedPolicy(context: Context, account: string, reader: IamReader, arn: string): Promise<void> {
  const folder = `accounts/${account}/iam/policies/${arnName(arn)}`;
  const policy = await reader.policy(arn);
  if ('failure' in policy) {
    missed(context, account, { path: folder }, 'iam:GetPolicy', policy.failure);
    return;
  }
  const [fields] = fieldsIn([policy.value['Policy']]);
  const version = await reader.policyVersion(arn, String(fields?.['DefaultVersionId']));
  if ('failure' in version) {
    missed(context, account, { path: folder }, 'iam:GetPolicyVersion', version.failure);
    return;
  }
  context.book.file(`${folder}/policy.json`, policy.value);
  context.book.file(`${folder}/version.json`, withDocuments(version.value));
}
