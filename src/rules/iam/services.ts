/**
 * What AWS services do with policies that the policy language alone does not say.
 */

/**
 * KMS operations that work on a key of another account; anything else never does (KMS guide: key-policy-modifying-external-accounts):
 * the cryptographic operations and seven more.
 */
const KMS_CROSS_ACCOUNT = new Set(
  [
    'Decrypt',
    'DeriveSharedSecret',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'ReEncryptFrom',
    'ReEncryptTo',
    'Sign',
    'Verify',
    'VerifyMac',
    'CreateGrant',
    'DescribeKey',
    'GetKeyRotationStatus',
    'GetPublicKey',
    'ListGrants',
    'RetireGrant',
    'RevokeGrant',
  ].map((name) => `kms:${name.toLowerCase()}`),
);

/** Whether a KMS action (in lower case) can work on another account's key. */
export function worksAcrossAccounts(action: string): boolean {
  return !action.startsWith('kms:') || KMS_CROSS_ACCOUNT.has(action);
}

/** KMS operations that have no key, so that an identity policy alone allows them (KMS guide: permissions reference). */
const WITHOUT_KEY = new Set(
  [
    'CreateKey',
    'ListKeys',
    'ListAliases',
    'ListRetirableGrants',
    'GenerateRandom',
    'CreateCustomKeyStore',
    'DeleteCustomKeyStore',
    'DescribeCustomKeyStores',
    'UpdateCustomKeyStore',
    'ConnectCustomKeyStore',
    'DisconnectCustomKeyStore',
  ].map((name) => `kms:${name.toLowerCase()}`),
);

/**
 * Whether the resource's own policy must allow the action (in lower case) in the same account too, whatever form the resource
 * has: trust policies and key policies (IAM guide: evaluation-logic; KMS guide: key-policy-default).
 */
export function needsGrant(service: string, action: string): boolean {
  if (service === 'kms') return !WITHOUT_KEY.has(action);
  return /^sts:(assumerole|(tagsession|setsourceidentity|setcontext)$)/.test(action);
}

/** Whether the call (in lower case) is made with a token of an identity provider and without AWS credentials. */
export function needsWebIdentity(action: string): boolean {
  return action === 'sts:assumerolewithwebidentity' || action === 'sts:assumerolewithsaml';
}

/** Operations on an alias itself need permission on the alias by an identity policy and on its key (KMS guide: alias-access). */
const ON_ALIAS = new Set(['kms:createalias', 'kms:updatealias', 'kms:deletealias']);

/** Whether the action (in lower case) needs an identity policy beside the policy of the key. */
export function needsAlias(action: string): boolean {
  return ON_ALIAS.has(action);
}

/**
 * Whether resources of the service have policies of their own that may grant its actions. Those of EKS and IAM have none; a trust
 * policy is one for STS (EKS guide; IAM guide: reference_aws-services-that-work-with-iam).
 */
export function hasResourcePolicies(service: string): boolean {
  return service !== 'eks' && service !== 'iam';
}

/** Organizations guide: RCPs, "List of AWS services that support RCPs", as of 2026-09-26. */
const WITH_RCP = new Set(
  `
    aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data
    codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp cognito-sync comprehend
    comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis fms
    gamelift health inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications opensearch
    pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3 secretsmanager servicediscovery signin
    sqs sts support swf textract timestream-influxdb transcribe transfer translate wafv2 workspaces xray
  `.match(/\S+/g),
);
const WITHOUT_RCP = new Set(['eks', 'iam']);

/**
 * Whether resource control policies govern the action (in lower case); undefined for services that the facts do not name.
 * `kms:RetireGrant` is exempt (Organizations guide: RCPs, 2026; Service Authorization Reference).
 */
export function isUnderRcp(service: string, action: string): boolean | undefined {
  if (action === 'kms:retiregrant' || WITHOUT_RCP.has(service)) return false;
  return WITH_RCP.has(service) ? true : undefined;
}
