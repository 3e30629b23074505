import { compileGlob, globOf } from '../../base/index.ts';
import type { IamPrincipal, PolicyDocument } from '../../inventory/index.ts';
import { SESSION_ACTIONS } from '../session-needs.ts';

/** Whether some policy of a principal may allow assuming a role: without one it never leaves its account (facts/iam.md §2.2). */
export function mayAssumeSomething({ policies }: Pick<IamPrincipal, 'policies'>): boolean {
  let may = assuming.get(policies);
  if (may === undefined) {
    may = policies.some((policy) => policy.document === undefined || policy.gap !== undefined || allowsAssuming(policy));
    assuming.set(policies, may);
  }
  return may;
}

const assuming = new WeakMap<readonly PolicyDocument[], boolean>();

const allowing = new WeakMap<PolicyDocument, Reached>();

/** Whether a policy might allow assuming a role of that ARN; null: none at all. */
type Reached = ((roleArn: string) => boolean) | null;

function allowsAssuming(policy: PolicyDocument): boolean {
  return reachOf(policy) !== null;
}

/** The roles of other accounts that a principal's policies might let it assume: generous, by actions and resources alone. */
export function mayReach({ policies }: Pick<IamPrincipal, 'policies'>): (roleArn: string) => boolean {
  let may = reaching.get(policies);
  if (may === undefined) {
    may = compileAll(policies);
    reaching.set(policies, may);
  }
  return may;
}

const reaching = new WeakMap<readonly PolicyDocument[], (roleArn: string) => boolean>();

function compileAll(policies: readonly PolicyDocument[]): (roleArn: string) => boolean {
  const all: ((roleArn: string) => boolean)[] = [];
  for (const policy of policies) {
    if (policy.document === undefined || policy.gap !== undefined) return () => true;
    const reach = reachOf(policy);
    if (reach !== null) all.push(reach);
  }
  return all.length === 0 ? () => false : (arn) => all.some((reach) => reach(arn));
}

function reachOf(policy: PolicyDocument): Reached {
  let reach = allowing.get(policy);
  if (reach === undefined) {
    reach = compile(policy, { denies: false, isWanted: isAssume });
    allowing.set(policy, reach);
  }
  return reach;
}

/**
 * The roles about which some policies say anything that a step to them asks: whether it is allowed or denied, or what it may
 * pass. One that cannot be read may speak of any.
 */
export function speakingOf(policies: readonly PolicyDocument[]): (roleArn: string) => boolean {
  const all = policies.map((policy): Reached => {
    if (policy.document === undefined || policy.gap !== undefined) return () => true;
    return compile(policy, { denies: true, isWanted: isOfStep });
  });
  return (arn) => all.some((reach) => reach?.(arn) === true);
}

function compile(
  { document }: PolicyDocument,
  { denies, isWanted }: { readonly denies: boolean; readonly isWanted: (action: string) => boolean },
): Reached {
  const { Statement } = document as { readonly Statement?: unknown };
  const tests = [Statement].flat().flatMap((statement) => {
    if (typeof statement !== 'object' || statement === null) return [() => true];
    const { Effect, Action, Resource } = statement as Readonly<Record<string, unknown>>;
    if (Effect === 'Deny' && !denies) return [];
    // NotAction and NotResource, or what cannot be read.
    const speaks = Action === undefined || [Action].flat().some((action) => typeof action !== 'string' || isWanted(action));
    if (!speaks) return [];
    if (Resource === undefined) return [() => true];
    return [Resource].flat().map((resource) => {
      if (typeof resource !== 'string' || resource.includes('${')) return () => true;
      const matches = compileGlob(globOf(resource.toLowerCase()));
      return (arn: string): boolean => matches(arn.toLowerCase());
    });
  });
  return tests.length === 0 ? null : (arn) => tests.some((test) => test(arn));
}

const STEP_ACTIONS = ['sts:AssumeRole', ...SESSION_ACTIONS].map((action) => action.toLowerCase());

function isOfStep(action: string): boolean {
  const matches = compileGlob(globOf(action.toLowerCase()));
  return STEP_ACTIONS.some((each) => matches(each));
}

const isAssumeKnown = new Map<string, boolean>();

function isAssume(action: string): boolean {
  let yes = isAssumeKnown.get(action);
  if (yes === undefined) {
    if (isAssumeKnown.size > 10_000) isAssumeKnown.clear();
    yes = compileGlob(globOf(action.toLowerCase()))('sts:assumerole');
    isAssumeKnown.set(action, yes);
  }
  return yes;
}
