import { type Logger, pino } from 'pino';

/** How lines of the log look: JSON for machines, or `time level message key=value` as the original writes them. */
export type LogFormat = 'text' | 'json';

/** Where lines go. */
export interface LogOutput {
  readonly write: (text: string) => unknown;
}

const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warning', 50: 'error', 60: 'fatal' };

/**
 * Makes the log. It writes straight to the output: no worker, nothing that could be lost when the process ends.
 * Callers pass values that may be told; no token, signature or session token is ever among them (docs/authenticator.md).
 */
export function createLog(output: LogOutput, format: LogFormat, level: 'debug' | 'info'): Logger {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  if (format === 'json') return pino(options, { write: (line) => output.write(line) });
  return pino(options, { write: (line) => output.write(asText(line)) });
}

function asText(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${quoted(value)}`);
  return `time="${String(time)}" level=${LEVELS[Number(level)] ?? String(level)} msg=${quoted(msg)}${fields.join('')}\n`;
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w.:/@-]+$/.test(text) ? text : JSON.stringify(text);
}
