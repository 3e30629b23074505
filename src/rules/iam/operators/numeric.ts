import { globText } from '../../../base/index.ts';
import type { Operator } from './operator.ts';

/** Reads an integer or decimal; undefined for anything else. */
export function readNumber(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : undefined;
}

function numeric(name: string, compare: (given: number, wanted: number) => boolean): Operator {
  return {
    name,
    family: 'number',
    wildcards: false,
    variables: 'no',
    read: (value) => {
      const wanted = readNumber(globText(value));
      if (wanted === undefined) return undefined;
      return (text) => {
        const given = readNumber(text);
        return given !== undefined && compare(given, wanted);
      };
    },
  };
}

export const numericOperators: readonly Operator[] = [
  numeric('NumericEquals', (given, wanted) => given === wanted),
  numeric('NumericLessThan', (given, wanted) => given < wanted),
  numeric('NumericLessThanEquals', (given, wanted) => given <= wanted),
  numeric('NumericGreaterThan', (given, wanted) => given > wanted),
  numeric('NumericGreaterThanEquals', (given, wanted) => given >= wanted),
];
