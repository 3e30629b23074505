import { pino } from 'pino';

/** How lines of the log look: JSON for machines, or `time level message key=value` as the original writes them. */
export type LogFormat = 'text' | 'json';

/** Where lines go. */
export interface LogOutput {
  readonly write: (text: string) => unknown;
}

/** What is told, as values with names and a sentence. No token, signature or session token is ever among them. */
export type Tell = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** The log of the webhook. */
export interface Log {
  readonly info: Tell;
  readonly warn: Tell;
  readonly error: Tell;
}

/**
 * Makes the log. It writes straight to the output: no worker, nothing that could be lost when the process ends.
 *
 * @example createLog(process.stderr, 'text').warn({ source: '203.0.113.7' }, 'access denied')
 */
export function createLog(output: LogOutput, format: LogFormat): Log {
  if (format === 'text') {
    const tell =
      (level: string): Tell =>
      (fields, message) =>
        output.write(asText(level, fields, message));
    return { info: tell('info'), warn: tell('warning'), error: tell('error') };
  }
  const log = pino(
    {
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => output.write(line) },
  );
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}

/** One line for every event; whatever could end a line or act on a terminal is escaped by JSON's rules. */
function asText(level: string, fields: Readonly<Record<string, unknown>>, message: string): string {
  let line = `time="${new Date().toISOString()}" level=${level} msg=${quoted(message)}`;
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) line += ` ${key}=${quoted(value)}`;
  return `${line}\n`;
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w.:/@-]+$/.test(text) ? text : JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, escaped);
}

/** JSON leaves C1 controls, bidirectional and other unseen characters as they are. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
