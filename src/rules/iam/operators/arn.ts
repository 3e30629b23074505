import { compileSegments, splitSegments } from '../arn-pattern.ts';
import type { Operator } from './operator.ts';

/**
 * Six segments matched one by one, `*` and `?` in each, case-sensitive. `ArnEquals` is the same operator under another name
 * (IAM guide: condition operators, "Amazon Resource Name (ARN) condition operators").
 */
export const arnLike: Operator = {
  name: 'ArnLike',
  family: 'text',
  wildcards: true,
  variables: 'yes',
  read: (value) => {
    const pattern = compileSegments(value);
    return (given) => {
      const segments = splitSegments(given);
      return segments !== undefined && pattern(segments);
    };
  },
};
