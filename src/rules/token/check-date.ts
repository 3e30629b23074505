/** How long a pre-signed GetCallerIdentity is good after its X-Amz-Date, whatever X-Amz-Expires says (facts §1.1). */
export const TOKEN_LIFE_MS = 15 * 60_000;

const LAYOUT = '20060102T150405Z';

/**
 * Reads an X-Amz-Date (`20260101T000000Z`, UTC) as milliseconds since 1970, or says why it is none with the words of Go's
 * time.Parse. Fractions of a second, which Go takes, are refused: no signer writes them.
 */
export function parseAmzDate(text: string): { readonly ms: number } | { readonly error: string } {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text) ?? [];
  const shown = text.length <= 24 ? text : `${text.slice(0, 24)}…`;
  if (year === '')
    return { error: `parsing time ${JSON.stringify(shown)} as "${LAYOUT}": cannot parse ${JSON.stringify(shown)} as "2006"` };
  const ms = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  const out = [
    ['month', +month < 1 || +month > 12],
    ['hour', +hour > 23],
    ['minute', +minute > 59],
    ['second', +second > 59],
    // Date.UTC counts on past the end of a month, and takes the years 0 to 99 for 1900 to 1999.
    ['day', new Date(ms).getUTCDate() !== +day || new Date(ms).getUTCFullYear() !== +year],
  ].find(([, wrong]) => wrong === true)?.[0];
  return out === undefined ? { ms } : { error: `parsing time ${JSON.stringify(shown)}: ${out} out of range` };
}

/** A time as Go prints it in UTC: `1990-04-22 01:02:03 +0000 UTC`. */
export function goTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}
