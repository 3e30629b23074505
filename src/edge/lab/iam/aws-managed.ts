import type { PolicyDoc } from '../state/documents.ts';
import { AWS_DOCUMENTS } from './aws-documents.ts';

/**
 * A managed policy of AWS by its ARN, when the lab holds its document. Of any other it knows the name alone: who has it
 * attached is allowed nothing by it, and the refusal says why.
 */
export function awsManagedPolicy(arn: string): PolicyDoc | undefined {
  const [, name = ''] = /^arn:[\w-]+:iam::aws:policy\/([\w+=,.@-]+)$/.exec(arn) ?? [];
  const held = Object.hasOwn(AWS_DOCUMENTS, name) ? AWS_DOCUMENTS[name] : undefined;
  if (held === undefined) return undefined;
  const { version, createDate, document } = held;
  return {
    PolicyName: name,
    PolicyId: `ANPA${name
      .toUpperCase()
      .replaceAll(/[^A-Z2-7]/g, '')
      .padEnd(17, 'A')
      .slice(0, 17)}`,
    Arn: arn,
    Path: '/',
    DefaultVersionId: version,
    IsAttachable: true,
    CreateDate: createDate,
    UpdateDate: createDate,
    PolicyVersionList: [
      { VersionId: version, IsDefaultVersion: true, CreateDate: createDate, Document: JSON.stringify(document) },
    ],
  };
}

/** Whether an ARN names a managed policy of AWS. */
export function isAwsManaged(arn: string): boolean {
  return /^arn:[\w-]+:iam::aws:policy\//.test(arn);
}
