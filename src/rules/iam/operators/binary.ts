import { globText } from '../../../base/index.ts';
import type { Operator } from './operator.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Base64, compared byte for byte. */
export const binaryEquals: Operator = {
  name: 'BinaryEquals',
  family: 'binary',
  wildcards: false,
  variables: 'no',
  read: (value) => {
    const text = globText(value);
    if (!BASE64.test(text)) return undefined;
    const wanted = text.replace(/=+$/, '');
    return (given) => given.replace(/=+$/, '') === wanted;
  },
};
