import { globText } from '../../../base/index.ts';
import type { Operator } from './operator.ts';

const W3C = /^(\d{4})(-(\d{2})(-(\d{2})(T(\d{2}):(\d{2})(:(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/;

/**
 * Reads a date in a W3C profile of ISO 8601 or in epoch seconds, as milliseconds since 1970; undefined for anything else.
 * Four digits are a year. (IAM guide: condition operators, "Date condition operators".)
 */
export function readDate(text: string): number | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const match = W3C.exec(text);
  if (match === null) return undefined;
  const [, year, , month, , day] = match;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  // Date.parse lets 31 February roll over into March.
  const days = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
  return days.getUTCDate() === Number(day ?? 1) ? milliseconds : undefined;
}

function date(name: string, compare: (given: number, wanted: number) => boolean): Operator {
  return {
    name,
    family: 'date',
    wildcards: false,
    variables: 'no',
    read: (value) => {
      const wanted = readDate(globText(value));
      if (wanted === undefined) return undefined;
      return (text) => {
        const given = readDate(text);
        return given !== undefined && compare(given, wanted);
      };
    },
  };
}

export const dateOperators: readonly Operator[] = [
  date('DateEquals', (given, wanted) => given === wanted),
  date('DateLessThan', (given, wanted) => given < wanted),
  date('DateLessThanEquals', (given, wanted) => given <= wanted),
  date('DateGreaterThan', (given, wanted) => given > wanted),
  date('DateGreaterThanEquals', (given, wanted) => given >= wanted),
];
