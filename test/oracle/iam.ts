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
  if (action === 'sts:getsessiontoken' && (caller.kind === 'user' || caller.kind === 'root')) return 'allow';
  const isSession = caller.kind === 'assumed-role' || caller.kind === 'federated-user';
  if ((action === 'sts:getsessiontoken' || action === 'sts:getfederationtoken') && isSession) return 'implicitDeny';
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
  if (!isAwsIdentity) {
    if (!granted.has('direct')) return 'implicitDeny';
    // A policy that lets any tenant of a shared provider in cannot be saved any more; what an old one does is not told (§2.2).
    const unscoped = caller.arn.endsWith(GITHUB) && resourcePolicy !== null && !someScoped(resourcePolicy, question);
    return !unscoped || choose('a shared provider without its tenant claim') ? 'allow' : 'implicitDeny';
  }
  // With a token of a provider nobody is an AWS identity ("mismatched action for principal").
  if (action === 'sts:assumerolewithwebidentity') return 'implicitDeny';

  const identityAllows = caller.kind === 'root' || identity.some((document) => some(document, 'Allow', question));
  const boundaryAllows = boundary === null || some(boundary, 'Allow', question);
  const sessionAllows = session === null ? caller.kind !== 'federated-user' : some(session, 'Allow', question);
  const allThree = identityAllows && boundaryAllows && sessionAllows;
  if (!sameAccount) return granted.size > 0 && allThree ? 'allow' : 'implicitDeny';
  if (granted.has('direct')) return 'allow';
  if (granted.has('role') && boundaryAllows && sessionAllows) return 'allow';
  // GetFederationToken makes a session of the caller's own: no role, and no trust policy, has a part in it.
  const needsGrant = (isTrust && action !== 'sts:getfederationtoken') || (service === 'kms' && action !== 'kms:listkeys');
  return allThree && (!needsGrant || granted.size > 0) ? 'allow' : 'implicitDeny';
}

const GITHUB = 'oidc-provider/token.actions.githubusercontent.com';

/** Whether an Allow that matches asks for the subject with more than wildcards. */
function someScoped(document: Document, question: Question): boolean {
  return statementsOf(document).some((statement) => {
    if (statement.Effect !== 'Allow' || !bears(statement, document.Version, question, 'trust')) return false;
    if (statement.Principal === undefined) return false;
    if (!namings(statement.Principal, question.caller, 'trust', 'Allow', question.choose).has('direct')) return false;
    return Object.entries(statement.Condition ?? {}).some(([operator, keys]) =>
      Object.entries(keys).some(
        ([key, values]) =>
          /^(For(Any|All)Values?:)?String(Equals|Like|EqualsIgnoreCase)$/.test(operator) &&
          key.toLowerCase() === 'token.actions.githubusercontent.com:sub' &&
          many<string | number | boolean>(values).every((value) => !/^[*?]*$/.test(String(value))),
      ),
    );
  });
}

type Place = 'identity' | 'trust' | 'rcp' | 'resource';

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
    if (statement.Effect === effect && bears(statement, document.Version, question, 'identity')) found = true;
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
  for (const statement of statementsOf(document)) {
    if (statement.Effect !== effect) continue;
    if (!bears(statement, document.Version, question, place)) continue;
    if (statement.Principal !== undefined) {
      for (const naming of namings(statement.Principal, question.caller, place, effect, question.choose)) found.add(naming);
    } else if (statement.NotPrincipal !== undefined && effect === 'Deny') {
      if (hitByNotPrincipal(statement.NotPrincipal, question.caller, question.case_.boundary !== null, question.choose))
        found.add('direct');
    }
  }
  return found;
}

/** Whether a statement is about this action and resource and its conditions are met. */
function bears(statement: Statement, version: string | undefined, question: Question, place: Place): boolean {
  const { case_, choose } = question;
  // A trust policy and a repository policy have no Resource.
  const withResource = place !== 'trust' && !(place === 'resource' && case_.action.toLowerCase().startsWith('ecr:'));
  if (!aboutAction(statement, question, place)) return false;
  if (withResource && !aboutResource(statement, version, case_)) return false;
  return conditionsMet(statement, version, case_.context, choose);
}

function aboutAction(statement: Statement, { case_, choose }: Question, place: Place): boolean {
  // "Unsupported elements: NotAction" (Organizations guide: RCP syntax); what such a document would do nobody says.
  if (place === 'rcp' && statement.NotAction !== undefined && !choose('NotAction in an RCP')) return false;
  const matches = (pattern: string): boolean => {
    if (!fits(case_.action.toLowerCase(), pattern.toLowerCase())) return false;
    // Whether `sts:*` (or `*`) is legal as the action of a trust policy is an open point (facts/iam.md §4.4, §7.1).
    if (place === 'trust' && /^(\*|sts:\*)$/i.test(pattern))
      return choose(`trust ${statement.Action === undefined ? 'NotAction' : 'Action'} ${pattern}`);
    // "You cannot use * in the Action element of a customer managed RCP" (Organizations guide: RCP syntax).
    return place !== 'rcp' || pattern !== '*' || choose('RCP action *');
  };
  const listed = many(statement.Action ?? statement.NotAction ?? []);
  const about = statement.Action === undefined ? !listed.some(matches) : listed.some(matches);
  // "AssumeRole policy may only specify STS AssumeRole actions": what a document with others would do nobody says.
  const foreign = place === 'trust' && listed.some((pattern) => !/^(\*|sts:.*)$/i.test(pattern));
  return about && (!foreign || choose(`trust policy with ${listed.join()}`));
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
