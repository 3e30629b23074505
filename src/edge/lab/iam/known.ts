import { type Call, denied } from '../authorise.ts';
import { cannotJudge } from '../state/gaps.ts';
import { type IamList, knowsList, listGap } from '../state/known.ts';
import { accountScope } from '../state/scope.ts';

const ALL: readonly IamList[] = ['User', 'Role', 'Group', 'Policy'];

/** Which lists of the account an operation reads or changes, by what its name says. */
function listsOf(operation: string): readonly IamList[] {
  const named: IamList[] = [];
  if (/User|AccessKey|MFA|LoginProfile/.test(operation)) named.push('User');
  if (/Role|InstanceProfile/.test(operation)) named.push('Role');
  if (/Group/.test(operation)) named.push('Group');
  if (/Polic(y|ies)/.test(operation) && !/(AssumeRole|Inline)Policy/.test(operation)) named.push('Policy');
  return named.length === 0 || /Entities|AuthorizationDetails|Summary|PrincipalPolicy/.test(operation) ? ALL : named;
}

/**
 * Refuses a call of IAM on what nobody collected: of an account out of an inventory a list may be missing, and it must not
 * be shown, or written, as if it were empty.
 */
export function needsLists(call: Call): void {
  const { lab, caller, operation } = call;
  const { account } = caller;
  if (/OpenIDConnect/.test(operation)) {
    if (lab.store.get(accountScope(account), 'account', account)?.providers === true) return;
    throw denied(call, cannotJudge([{ what: `the OIDC providers of account ${account}`, state: 'notCollected' }]));
  }
  if (listsOf(operation).every((list) => knowsList(lab.store, account, list))) return;
  throw denied(call, cannotJudge([listGap(lab.view, account)]));
}
