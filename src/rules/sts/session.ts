import type { Identity } from '../arn/index.ts';
import type { Principal } from '../iam/index.ts';

/**
 * What one identity carries into a request: the facts that policies and clusters can ask about.
 *
 * A session is a value. Assuming a role makes a new one out of it; nothing of the caller's permissions comes along
 * (facts/iam.md §2.1), but the source identity and transitive tags do.
 */
export interface Session {
  readonly principal: Principal;
  /** Principal tags by lower-cased key: the tags of the user or role, with session tags over them. */
  readonly tags: ReadonlyMap<string, string>;
  /** Lower-cased keys of session tags that go along to the next session. */
  readonly transitive: ReadonlySet<string>;
  /** Set once, kept over every chained session; null: none is set; undefined: nobody said. */
  readonly sourceIdentity: string | null | undefined;
  /** How the session came to be; a role that the walk starts with has `start`. */
  readonly origin: 'start' | 'assumed' | 'web-identity';
  /** When the principal was created (RFC 3339), for bindings to unique ids. */
  readonly createDate?: string;
}

/** Facts that an inventory knows of a principal. */
export interface PrincipalRecord {
  readonly uniqueId?: string;
  readonly createDate?: string;
  /** With its path, where the identity itself has lost it. */
  readonly arn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly managementAccount: boolean;
}

const NO_TAGS: Readonly<Record<string, string>> = {};

/** The session that a caller starts with; `name` undefined means any session of the role. */
export function startSession(identity: Identity, record?: PrincipalRecord): Session {
  return {
    principal: principalOf(identity, record),
    tags: lowerKeys(record?.tags ?? NO_TAGS),
    transitive: new Set(),
    sourceIdentity: undefined,
    origin: 'start',
    ...(record?.createDate === undefined ? {} : { createDate: record.createDate }),
  };
}

/** What the caller passes with AssumeRole, as far as it is stated. */
export interface AssumeParameters {
  /** RoleSessionName; undefined: any. */
  readonly sessionName?: string;
  /** Session tags by key as passed. */
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  readonly externalId?: string;
}

/**
 * The session that a successful AssumeRole makes.
 *
 * Tags: the role's own, then inherited transitive tags, then those passed (session wins; IAM guide, id_session-tags).
 * Source identity: the one already set stays (facts/iam.md §2.2). MFA is lost: AssumeRole output carries none (§3.3).
 */
export function assumedSession(
  role: Identity,
  record: PrincipalRecord | undefined,
  caller: Session,
  parameters: AssumeParameters,
): Session {
  const tags = new Map(lowerKeys(record?.tags ?? NO_TAGS));
  const transitive = new Set<string>();
  for (const key of caller.transitive) {
    const value = caller.tags.get(key);
    if (value !== undefined) tags.set(key, value);
    transitive.add(key);
  }
  for (const [key, value] of Object.entries(parameters.tags)) tags.set(key.toLowerCase(), value);
  for (const key of parameters.transitiveTagKeys) transitive.add(key.toLowerCase());
  const principal = principalOf(role, record);
  const named: Principal =
    parameters.sessionName === undefined
      ? principal
      : { ...principal, arn: sessionArn(role, parameters.sessionName), sessionName: parameters.sessionName };
  const kept = caller.sourceIdentity ?? parameters.sourceIdentity;
  return {
    principal: named,
    tags,
    transitive,
    sourceIdentity: kept === undefined ? caller.sourceIdentity : kept,
    origin: caller.principal.kind === 'federated' ? 'web-identity' : 'assumed',
    ...(record?.createDate === undefined ? {} : { createDate: record.createDate }),
  };
}

/** The ARN of a role's session; the path of the role is not in it (IAM guide, principal element). */
export function sessionArn(role: Identity, sessionName: string): string {
  return `arn:${role.partition}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`;
}

/** Whether a session of this role would be made by a session of a role: then it lasts one hour at most (facts/iam.md §2.2). */
export function isChaining(caller: Session): boolean {
  return caller.principal.kind === 'assumed-role';
}

/** Whether a session assumes the role that it already is; the trust policy must name it all the same (facts/iam.md §2.2). */
export function isSelfAssumption(caller: Session, roleArn: string): boolean {
  return caller.principal.roleArn !== undefined && caller.principal.roleArn === roleArn;
}

/** Longest session in seconds: the role's own maximum, one hour when chaining. */
export function longestSession(caller: Session, maxSessionDuration: number): number {
  return isChaining(caller) ? Math.min(3600, maxSessionDuration) : maxSessionDuration;
}

function principalOf(identity: Identity, record?: PrincipalRecord): Principal {
  const common = {
    partition: identity.partition,
    account: identity.account,
    ...(record?.uniqueId ? { uniqueId: record.uniqueId } : {}),
    managementAccount: record?.managementAccount ?? false,
  };
  switch (identity.kind) {
    case 'root':
    case 'user':
    case 'federated-user':
      return { ...common, kind: identity.kind, arn: identity.arn };
    case 'oidc-provider':
    case 'saml-provider':
      return { ...common, kind: 'federated', arn: identity.arn };
    case 'role':
    case 'assumed-role': {
      // STS drops the role's path, so the role of a bare session ARN is known only from a record.
      const roleArn = record?.arn ?? (identity.kind === 'role' ? identity.arn : undefined);
      return {
        ...common,
        kind: 'assumed-role',
        arn: identity.kind === 'role' ? (roleArn ?? identity.arn) : identity.arn,
        ...(roleArn === undefined ? {} : { roleArn, serviceLinkedRole: roleArn.includes(':role/aws-service-role/') }),
        ...(identity.session === undefined ? {} : { sessionName: identity.session }),
      };
    }
  }
}

const lowered = new WeakMap<Readonly<Record<string, string>>, ReadonlyMap<string, string>>();

function lowerKeys(tags: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const known = lowered.get(tags);
  if (known !== undefined) return known;
  const made = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));
  lowered.set(tags, made);
  return made;
}
