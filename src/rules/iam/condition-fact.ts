import { unsettled, type Ways } from '../../base/index.ts';
import type { Condition, IamFact, StatementRef } from './types.ts';

/** The formula "this test of the request holds" (or does not). Equal tests have one id, whatever policy they stand in. */
export function conditionFact(
  test: {
    readonly key: string;
    readonly operator: string;
    readonly ifExists: boolean;
    readonly values: readonly string[];
    readonly ref: StatementRef;
  },
  holds: boolean,
): Ways<IamFact> {
  const { key, operator, ifExists, values, ref } = test;
  const sorted = [...new Set(values)].sort();
  const fact: Condition = {
    kind: 'condition',
    id: `${key.toLowerCase()} ${operator}${ifExists ? 'IfExists' : ''} ${JSON.stringify(sorted)}`,
    key,
    operator,
    ifExists,
    values,
    statement: ref,
  };
  return unsettled<IamFact>(fact, holds);
}
