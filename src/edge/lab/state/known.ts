import type { Gap } from '../../../base/index.ts';
import { accountScope } from './scope.ts';
import type { Store } from './store.ts';
import type { View } from './view.ts';

/** The lists of IAM that an inventory may lack. */
export type IamList = 'User' | 'Role' | 'Group' | 'Policy';

/** Whether a list of an account is known whole; of an account that the lab does not play nothing is. */
export function knowsList(store: Store, account: string, list: IamList): boolean {
  return store.get(accountScope(account), 'account', account)?.lists.includes(list) === true;
}

/** The gap where a list should be. */
export function listGap(view: View, account: string): Pick<Gap, 'what' | 'state'> {
  const iam = view.inventory().accounts.get(account)?.iam();
  if (iam !== undefined && iam.state !== 'collected') return iam.gap;
  return { what: `the users, roles and policies of account ${account}, of which parts are missing`, state: 'unjudged' };
}
