import type { PolicyDoc } from '../state/documents.ts';

/**
 * The managed policies of AWS whose documents the lab holds. Of any other it knows the name alone: who has it attached is
 * allowed nothing by it, and the refusal says why (IAM user guide, AWS managed policy reference).
 */
const DOCUMENTS: Readonly<Record<string, unknown>> = {
  AdministratorAccess: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/** A managed policy of AWS by its ARN, when the lab holds its document. */
export function awsManagedPolicy(arn: string): PolicyDoc | undefined {
  const [, name = ''] = /^arn:[\w-]+:iam::aws:policy\/(?:.*\/)?([\w+=,.@-]+)$/.exec(arn) ?? [];
  const document = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined;
  if (document === undefined) return undefined;
  const at = '2015-02-06T18:39:46+00:00';
  return {
    PolicyName: name,
    PolicyId: `ANPA${name
      .toUpperCase()
      .replaceAll(/[^A-Z2-7]/g, '')
      .padEnd(17, 'A')
      .slice(0, 17)}`,
    Arn: arn,
    Path: '/',
    DefaultVersionId: 'v1',
    IsAttachable: true,
    CreateDate: at,
    UpdateDate: at,
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, CreateDate: at, Document: JSON.stringify(document) }],
  };
}

/** Whether an ARN names a managed policy of AWS. */
export function isAwsManaged(arn: string): boolean {
  return /^arn:[\w-]+:iam::aws:policy\//.test(arn);
}
