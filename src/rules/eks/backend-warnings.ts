import { canonicalArn, parseArn, stripPath } from '../arn/index.ts';
import type { AwsAuth, AwsAuthRow } from './aws-auth.ts';
import { fold } from './fold.ts';
import { DNS_NAME } from './template.ts';

/** A row that does not do what it looks like, though nothing is wrong with it. */
export interface RowWarning {
  readonly row: AwsAuthRow;
  readonly text: string;
}

/**
 * What an operator should know about the rows of an authenticator before somebody is refused: rows that no caller can
 * ever have, rows that another one replaces, and callers without a name (facts §1.7, §2.3).
 */
export function rowWarnings(rows: AwsAuth): readonly RowWarning[] {
  const warnings: RowWarning[] = [];
  for (const list of [rows.roles, rows.users]) {
    const last = new Map(list.map((row) => [keyOf(row), row]));
    for (const row of list) {
      const winner = last.get(keyOf(row));
      if (row.arn !== '' && winner !== undefined && winner !== row) {
        warnings.push({ row, text: `row ${winner.index + 1} has the same ARN and replaces this one` });
      }
      const text = never(row);
      if (text !== undefined) warnings.push({ row, text });
      if (row.username === '') warnings.push({ row, text: 'no username: the caller gets the empty name, not its ARN' });
    }
  }
  return warnings;
}

/** The rows whose callers have a name only once EC2 was asked, because username or groups hold `{{EC2PrivateDNSName}}`. */
export function instanceRows({ roles, users }: AwsAuth): readonly AwsAuthRow[] {
  return [...roles, ...users].filter(({ username, groups }) => [username, ...groups].some((text) => text.includes(DNS_NAME)));
}

function keyOf(row: AwsAuthRow): string {
  const canonical = canonicalArn(row.arn);
  return fold('error' in canonical ? row.arn : canonical.arn);
}

function never({ arn, sso }: AwsAuthRow): string | undefined {
  if (sso !== undefined) return undefined;
  const canonical = canonicalArn(fold(arn));
  if ('error' in canonical) return `"${arn}" is the ARN of no caller: it never matches`;
  const bare = stripPath(arn);
  if (parseArn(arn)?.service === 'iam' && bare !== arn) return `STS never reports the path of a role: write ${bare}`;
  return arn.includes('*') || arn.includes('?') ? 'there are no wildcards in ARNs here: it never matches' : undefined;
}
