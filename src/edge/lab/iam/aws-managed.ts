import type { PolicyDoc } from '../state/documents.ts';
import documents from './aws-managed.json' with { type: 'json' };

/** A managed policy of AWS: the default version of the day that it was looked up, and its document. */
interface KnownPolicy {
  readonly version: string;
  readonly created: string;
  readonly updated: string;
  readonly document: unknown;
}

/**
 * The managed policies of AWS whose documents the lab holds, as the IAM API gave them in 2026 (the copy in moto 5.2.1); version
 * and date of those that the AWS managed policy reference shows are the same there. Those that AWS changes every few weeks
 * (ReadOnlyAccess, SecurityAudit, ViewOnlyAccess) are not among them: a document of yesterday is not what an account has.
 * Of any other the lab knows the name alone: who has it attached is refused, and the refusal says why.
 */
const DOCUMENTS: Readonly<Record<string, KnownPolicy>> = documents;

/** In the other partitions the documents differ in their ARNs and actions; this one says the same everywhere. */
const EVERYWHERE = 'AdministratorAccess';

/** A managed policy of AWS by its ARN, when the lab holds its document. */
export function awsManagedPolicy(arn: string): PolicyDoc | undefined {
  const [, partition, name = ''] = /^arn:([\w-]+):iam::aws:policy\/([\w+=,.@-]+)$/.exec(arn) ?? [];
  const known = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined;
  if (known === undefined || (partition !== 'aws' && name !== EVERYWHERE)) return undefined;
  const { version, created, updated, document } = known;
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
    CreateDate: created,
    UpdateDate: updated,
    PolicyVersionList: [{ VersionId: version, IsDefaultVersion: true, CreateDate: updated, Document: JSON.stringify(document) }],
  };
}

/** Whether an ARN names a managed policy of AWS. */
export function isAwsManaged(arn: string): boolean {
  return /^arn:[\w-]+:iam::aws:policy\//.test(arn);
}
