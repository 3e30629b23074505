import type { Origin, Ways } from '../base/index.ts';
import type { StatementRef } from '../rules/iam/index.ts';
import { isSelfAssumption, type Session } from '../rules/sts/index.ts';
import type { AssumeStep } from './assume.ts';
import { authorizationOrigin } from './cluster.ts';
import type { AccessFact, Hop, Reason } from './types.ts';
import type { AuthorizeStep, JudgedPath, MapStep, Step } from './walk.ts';

/** Writes the hops of a judged path with their reasons; hops behind a closed one are drawn as skipped. */
export function reportHops(path: JudgedPath): readonly Hop[] {
  const hops = path.steps.map((step) => reportStep(path, step));
  const last = path.steps.at(-1);
  const planned = [...path.roles.map(() => 'assume' as const), 'authenticate' as const, 'map' as const, 'authorize' as const];
  for (const kind of planned.slice(hops.length)) {
    const role = path.roles[hops.length];
    hops.push({
      number: hops.length + 1,
      kind,
      from: '',
      to: kind === 'assume' && role !== undefined ? role.arn : '',
      verdict: 'skipped',
      reasons: [],
      ways: last?.ways ?? [],
    });
  }
  return hops;
}

function reportStep(path: JudgedPath, step: Step): Hop {
  switch (step.kind) {
    case 'assume':
      return hop(step, sessionName(step.from), sessionName(step.session), assumeReasons(step));
    case 'authenticate': {
      const to = step.authentication.ok ? step.authentication.canonical : '';
      const text = step.authentication.ok ? `STS names the caller, and the cluster compares ${to}` : step.authentication.reason;
      return hop(step, sessionName(step.session), to, [decides(text)]);
    }
    case 'map':
      return hop(step, step.canonical, step.mapping.username ?? '', mapReasons(step));
    case 'authorize':
      return hop(step, `${step.username}${groupsOf(step)}`, '', authorizeReasons(step, path));
  }
}

function hop(step: Step, from: string, to: string, reasons: readonly Reason[]): Hop {
  return { number: step.number, kind: step.kind, from, to, verdict: verdictOf(step.ways), reasons, ways: step.ways };
}

/** The verdict of one hop alone. */
export function verdictOf(ways: Ways<AccessFact>): Hop['verdict'] {
  if (ways.length === 0) return 'deny';
  if (ways.some((way) => way.length === 0)) return 'allow';
  return ways.some((way) => way.every(({ fact }) => fact.kind === 'condition')) ? 'conditional' : 'unknown';
}

function assumeReasons(step: AssumeStep): readonly Reason[] {
  if (step.refusal !== undefined) return [decides(step.refusal)];
  const reasons: Reason[] = [];
  if (step.ways.length === 0 && step.decisions.every(({ decision }) => decision.ways.length > 0)) {
    reasons.push(decides('no request can meet what is asked here: the time has passed, or the session cannot carry it'));
  }
  // What refuses comes first: it is what the answer begins with.
  const closedFirst = [...step.decisions].sort(
    (a, b) => Math.min(a.decision.ways.length, 1) - Math.min(b.decision.ways.length, 1),
  );
  for (const { action, decision } of closedFirst) {
    const about = action === 'sts:AssumeRole' ? '' : `${action}: `;
    const [first, ...others] = decision.statements;
    reasons.push({ ...decides(decision.reason(), first && statementOrigin(first)), ...(first && { statement: first }) });
    for (const statement of others) {
      const text = `${about}${describeStatement(statement)}`;
      reasons.push({ ...decides(text, statementOrigin(statement)), statement });
    }
  }
  if (isSelfAssumption(step.from, step.role.arn)) {
    reasons.push(
      note('the caller already is this role; its trust policy must name the role all the same (drop this assume step)'),
    );
  }
  return reasons;
}

function mapReasons(step: MapStep): readonly Reason[] {
  const { mapping } = step;
  return [decides(mapping.reason, mapping.origin), ...mapping.notes.map(({ text, origin }) => note(text, origin))];
}

function authorizeReasons(step: AuthorizeStep, path: JudgedPath): readonly Reason[] {
  const { rbac, policies } = step.authorization;
  const reasons: Reason[] = [];
  if (rbac?.decision === 'allow') reasons.push(decides(rbac.reason, authorizationOrigin(step.authorization)));
  else if (policies?.decision === 'allow') reasons.push(decides(policies.reason, policies.by?.origin));
  else {
    const asked = rbac === undefined ? 'RBAC was not collected' : 'no RBAC rule allows it';
    const also = policies === undefined || policies.reason === '' ? '' : `, and ${policies.reason}`;
    reasons.push(decides(`${asked}${also}`));
    for (const role of rbac?.missingRoles ?? []) reasons.push(note(`a binding names ${role}, which does not exist`));
  }
  if (path.roles.length === 0 && rbac?.masters) reasons.push(note('system:masters is allowed before any rule is read'));
  return reasons;
}

/** "Sid ReadSecrets of inline policy deploy", for a line of its own. */
export function describeStatement(ref: StatementRef): string {
  const which = ref.sid === undefined ? `statement ${ref.statement + 1}` : `statement "${ref.sid}"`;
  return `${which} of ${ref.policy.name}`;
}

/** Where a statement stands: inside its document, which may itself stand in a text. */
export function statementOrigin({ policy, statement }: StatementRef): Origin | undefined {
  const { origin } = policy;
  if (origin === undefined) return undefined;
  if (policy.kind === 'resource' && /Binding /.test(policy.name)) return origin;
  const within = ['Statement', statement];
  if (origin.nested === undefined) return { ...origin, path: [...origin.path, ...within] };
  return { ...origin, nested: { ...origin.nested, path: [...origin.nested.path, ...within] } };
}

/** The ARN of a session; a role any of whose sessions is meant stands as its role ARN. */
export function sessionName(session: Session): string {
  return session.principal.arn;
}

function groupsOf(step: AuthorizeStep): string {
  return step.groups.length === 0 ? '' : ` (${step.groups.join(', ')})`;
}

function decides(text: string, origin?: Origin): Reason {
  return { text, role: 'decides', ...(origin === undefined ? {} : { origin }) };
}

function note(text: string, origin?: Origin): Reason {
  return { text, role: 'note', ...(origin === undefined ? {} : { origin }) };
}
