import type { Glob } from '../../../base/index.ts';

/** Compares one value of the request with one value of a policy; undefined: the facts do not say. */
export type ValueTest = (value: string) => boolean | undefined;

/**
 * A condition operator in its positive form. Negated operators (`StringNotEquals`) are exact opposites of these, missing
 * keys included, so they need no unit of their own (IAM guide: reference_policies_elements_condition_operators).
 */
export interface Operator {
  readonly name: string;
  /** Operators of one family compare the same kind of value. */
  readonly family: 'text' | 'number' | 'date' | 'bool' | 'binary' | 'ip';
  /** Whether `*` and `?` in a policy value are wildcards. */
  readonly wildcards: boolean;
  /** Whether `${…}` is replaced in a policy value; `unconfirmed` where AWS's own pages contradict each other. */
  readonly variables: 'yes' | 'no' | 'unconfirmed';
  /** Compiles a policy value; undefined when it is not a value of this operator. */
  readonly read: (value: Glob) => ValueTest | undefined;
}
