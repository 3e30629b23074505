import { globText } from '../../../base/index.ts';
import type { Operator } from './operator.ts';

/** `true` or `false`. Whether a variable may stand here AWS's own pages answer both ways, so it is not judged. */
export const bool: Operator = {
  name: 'Bool',
  family: 'bool',
  wildcards: false,
  variables: 'unconfirmed',
  read: (value) => {
    const wanted = globText(value);
    if (wanted !== 'true' && wanted !== 'false') return undefined;
    return (given) => given === wanted;
  },
};
