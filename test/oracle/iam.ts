import { type Document, type IamCase, many, type Statement, statementsOf, type Verdict } from './iam-case.ts';
import { conditionsMet, withVariables } from './iam-conditions.ts';
import { type Caller, callerOf, hitByNotPrincipal, type Naming, namings } from './iam-principals.ts';
import { type Choose, everyOutcome } from './open-point.ts';
import { arnFits, fits } from './wildcard.ts';

/** KMS operations that work across accounts (facts/iam.md §2.4): cryptographic ones and a few more. */
const KMS_ACROSS_ACCOUNTS = [
  'encrypt',
  'decrypt',
  'reencryptfrom',
  'reencryptto',
  'generatedatakey',
  'generatedatakeypair',
  'generatedatakeypairwithoutplaintext',
  'generatedatakeywithoutplaintext',
  'generatemac',
  'verifymac',
  'sign',
  'verify',
  'creategrant',
  'describekey',
  'getkeyrotationstatus',
  'getpublickey',
  'listgrants',
  'retiregrant',
  'revokegrant',
];

/** Services that resource control policies reach, of those that matter here (facts/iam.md §2.6). */
const UNDER_RCP = ['sts', 'ecr', 'secretsmanager', 'kms', 's3', 'sqs', 'dynamodb'];

/** Every verdict that the facts permit for a closed world: one, or several where an open point decides; undefined when too many are open. */
export function iamVerdicts(case_: IamCase): ReadonlySet<Verdict> | undefined {
  return everyOutcome((choose) => iamVerdict(case_, choose));
}

/** The algorithm of facts/iam.md §2.1, line by line. */
export function iamVerdict(case_: IamCase, choose: Choose): Verdict {
  const caller = callerOf(case_);
  const action = case_.action.toLowerCase();
  const service = action.split(':')[0] ?? '';
  const isTrust = service === 'sts';
  const sameAccount = caller.account === case_.resourceAccount;
  const isAwsIdentity = caller.kind !== 'service' && caller.kind !== 'federated';

  // 0
  if (action === 'sts:getcalleridentity') return 'allow';
  if (action === 'sts:assumerole' && caller.kind === 'root') return 'implicitDeny';
  if (service === 'kms' && !sameAccount && !KMS_ACROSS_ACCOUNTS.includes(action.slice('kms:'.length))) return 'implicitDeny';

  const question: Question = { case_, caller, choose, isTrust };

  // 1
  const serviceLinked = case_.principalFacts?.serviceLinkedRole === true;
  const noScps = serviceLinked || !isAwsIdentity || case_.principalFacts?.managementAccount === true;
  const scps = noScps ? [] : case_.scps;
  const noRcps =
    serviceLinked ||
    (isTrust && case_.resource.includes(':role/aws-service-role/')) ||
    case_.resourceFacts?.managementAccount === true ||
    !UNDER_RCP.includes(service) ||
    action === 'kms:retiregrant';
  const rcps = noRcps ? [] : case_.rcps;
  // EKS has no resource policies (§2.5); of IAM's resources only roles have one, and it is about sts actions.
  const resourcePolicy = service === 'eks' || service === 'iam' ? null : case_.resourcePolicy;

  // 2
  const { identityPolicies: identity, boundary, sessionPolicy: session } = case_;
  const everyDenier = [...scps.flat(), ...identity, ...one(boundary), ...one(session)];
  if (everyDenier.some((document) => some(document, 'Deny', question))) return 'explicitDeny';
  if (rcps.flat().some((document) => someNaming(document, 'Deny', question, 'rcp').size > 0)) return 'explicitDeny';
  const place = isTrust ? 'trust' : 'resource';
  if (resourcePolicy !== null && someNaming(resourcePolicy, 'Deny', question, place).size > 0) return 'explicitDeny';

  // 3
  for (const level of scps) if (!level.some((document) => some(document, 'Allow', question))) return 'implicitDeny';

  // 4
  const granted = resourcePolicy === null ? new Set<Naming>() : someNaming(resourcePolicy, 'Allow', question, place);
  const resourcePartition = case_.resource.split(':')[1];
  if (isAwsIdentity && case_.resource.startsWith('arn:') && resourcePartition !== caller.partition) return 'implicitDeny';
  if (!isAwsIdentity) return granted.has('direct') ? 'allow' : 'implicitDeny';

  const identityAllows = caller.kind === 'root' || identity.some((document) => some(document, 'Allow', question));
  const boundaryAllows = boundary === null || some(boundary, 'Allow', question);
  const sessionAllows = session === null ? caller.kind !== 'federated-user' : some(session, 'Allow', question);
  const allThree = identityAllows && boundaryAllows && sessionAllows;
  if (!sameAccount) return granted.size > 0 && allThree ? 'allow' : 'implicitDeny';
  if (granted.has('direct')) return 'allow';
  if (granted.has('role') && boundaryAllows && sessionAllows) return 'allow';
  const needsGrant = isTrust || (service === 'kms' && action !== 'kms:listkeys');
  return allThree && (!needsGrant || granted.size > 0) ? 'allow' : 'implicitDeny';
}

interface Question {
  readonly case_: IamCase;
  readonly caller: Caller;
  readonly choose: Choose;
  readonly isTrust: boolean;
}

function one(document: Document | null): readonly Document[] {
  return document === null ? [] : [document];
}

/** Whether a document without principals has a statement of that effect that matches. */
function some(document: Document, effect: 'Allow' | 'Deny', question: Question): boolean {
  let found = false;
  for (const statement of statementsOf(document)) {
    if (statement.Effect === effect && bears(statement, document.Version, question, true)) found = true;
  }
  return found;
}

/** Every way in which the matching statements of that effect name the caller. */
function someNaming(
  document: Document,
  effect: 'Allow' | 'Deny',
  question: Question,
  place: 'trust' | 'rcp' | 'resource',
): ReadonlySet<Naming> {
  const found = new Set<Naming>();
  const service = question.case_.action.toLowerCase().split(':')[0];
  const withResource = place === 'rcp' || (place === 'resource' && service !== 'ecr');
  for (const statement of statementsOf(document)) {
    if (statement.Effect !== effect) continue;
    if (!bears(statement, document.Version, question, withResource)) continue;
    if (statement.Principal !== undefined) {
      for (const naming of namings(statement.Principal, question.caller, place, question.choose)) found.add(naming);
    } else if (statement.NotPrincipal !== undefined && effect === 'Deny') {
      if (hitByNotPrincipal(statement.NotPrincipal, question.caller, question.case_.boundary !== null, question.choose))
        found.add('direct');
    }
  }
  return found;
}

/** Whether a statement is about this action and resource and its conditions are met. */
function bears(statement: Statement, version: string | undefined, question: Question, withResource: boolean): boolean {
  const { case_, choose } = question;
  if (!aboutAction(statement, question, withResource)) return false;
  if (withResource && !aboutResource(statement, version, case_)) return false;
  return conditionsMet(statement, version, case_.context, choose);
}

function aboutAction(statement: Statement, { case_, isTrust, choose }: Question, withResource: boolean): boolean {
  const matches = (pattern: string): boolean => {
    if (!fits(case_.action.toLowerCase(), pattern.toLowerCase())) return false;
    // Whether `sts:*` (or `*`) is legal as the action of a trust policy is an open point (facts/iam.md §4.4, §7.1).
    const isTrustStatement = isTrust && !withResource;
    return (
      !isTrustStatement ||
      !/^(\*|sts:\*)$/i.test(pattern) ||
      choose(`trust ${statement.Action === undefined ? 'NotAction' : 'Action'} ${pattern}`)
    );
  };
  if (statement.Action !== undefined) return many(statement.Action).some(matches);
  if (statement.NotAction !== undefined) return !many(statement.NotAction).some(matches);
  return false;
}

/** A statement that lacks Resource where one is needed has no effect (KMS says so; facts/iam.md §1.1). */
function aboutResource(statement: Statement, version: string | undefined, case_: IamCase): boolean {
  const matches = (pattern: string): boolean => {
    if (pattern === '*') return true;
    const colons = pattern.split(':');
    const head = colons.slice(0, 5).join(':');
    const tail = withVariables(colons.slice(5).join(':'), version, case_.context);
    return tail !== undefined && arnFits(case_.resource, `${head}:${tail}`);
  };
  if (statement.Resource !== undefined) return many(statement.Resource).some(matches);
  if (statement.NotResource !== undefined) return !many(statement.NotResource).some(matches);
  return false;
}
