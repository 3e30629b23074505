import { compileGlob, type Glob, globText } from '../../../base/index.ts';
import type { Operator } from './operator.ts';

const text = { family: 'text', variables: 'yes' } as const;

/** Exact and case-sensitive; `*` and `?` are literal. */
export const stringEquals: Operator = {
  ...text,
  name: 'StringEquals',
  wildcards: false,
  read: (value) => {
    const wanted = globText(value);
    return (given) => given === wanted;
  },
};

/** Exact, ignoring case. */
export const stringEqualsIgnoreCase: Operator = {
  ...text,
  name: 'StringEqualsIgnoreCase',
  wildcards: false,
  read: (value) => {
    const wanted = globText(value).toLowerCase();
    return (given) => given.toLowerCase() === wanted;
  },
};

/** `*` is any run of characters, `?` exactly one; case-sensitive. */
export const stringLike: Operator = {
  ...text,
  name: 'StringLike',
  wildcards: true,
  read: (value: Glob) => compileGlob(value),
};
