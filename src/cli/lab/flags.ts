import { usage } from '../exit.ts';

/** Reads a port; 0 means any that is free. Throws a CliError. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(port) || port > 65_535) throw usage(`"${text}" is no port (0 to 65535)`);
  return port;
}

/** Reads `NAME=VALUE` of a token's claim; a value that begins as JSON's objects and lists do is one. Throws a CliError. */
export function parseClaim(text: string): readonly [name: string, value: unknown] {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw usage(`"${text}" is no claim: write NAME=VALUE`);
  if (!/^[{[]/.test(value)) return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw usage(`the value of the claim ${name} begins like JSON and is none`);
  }
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads a span like `+30m` as milliseconds. Throws a CliError. */
export function parseSpan(text: string): number {
  const [, amount, unit] = /^\+(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount === undefined)
    throw usage(`"${text}" is no time to move by`, 'write +30m, +2h, +90s or +1d: the clock only moves forward');
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}
