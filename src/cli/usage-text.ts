import { ArgumentParseError, ArgumentScannerError, formatMessageForArgumentScannerError } from '@stricli/core';
import { messageOf } from './error.ts';
import { CliError } from './exit.ts';

/** What is wrong with a command line, as one line that names the flag and, where something is near, what was probably meant. */
export function usageMessage(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return messageOf(error);
  return messageOf(
    formatMessageForArgumentScannerError(error, {
      FlagNotFoundError: ({ input, corrections }) =>
        `there is no flag --${input}${orMeant(corrections.map((word) => `--${word}`))}`,
      AliasNotFoundError: ({ input }) => `there is no flag -${input}`,
      ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }) =>
        `${/^[a-z]/.test(name) ? `--${name}` : name} ${input.trim() === '' ? 'is empty' : input}: ${messageOf(exception)}`,
      UnsatisfiedFlagError: ({ externalFlagName: name }) => `--${name} is needed, with a value`,
      UnexpectedFlagError: ({ externalFlagName: name, previousInput, input }) =>
        `--${name} is said twice: ${previousInput} and ${input}`,
      UnexpectedPositionalError: ({ input, expectedCount }) =>
        /^--[a-zA-Z]$/.test(input)
          ? `there is no flag ${input}${orMeant([input.slice(1)])}`
          : `"${input}" is one word too many: ${expectedCount === 0 ? 'none is' : `${expectedCount} are`} expected`,
      UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder} is missing`,
    }),
  );
}

/** What to write instead of an argument that could not be read, where its reader says so. */
export function usageHints(error: unknown): readonly string[] {
  if (!(error instanceof ArgumentParseError)) return [];
  return error.exception instanceof CliError ? error.exception.hints : [];
}

function orMeant(words: readonly string[]): string {
  return words.length === 0 ? '' : `, did you mean ${words.join(' or ')}?`;
}

/**
 * Takes `-nNS`, `-n=NS` and `-ojson` apart, as kubectl's users type them, up to a `--`; and `--flag=` into the flag and nothing.
 *
 * @example separate(['-nweb', '-o=json', '--via=']) // ['-n', 'web', '-o', 'json', '--via', '']
 */
export function separate(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return words.flatMap((word, index) => {
    if (end >= 0 && index >= end) return [word];
    const [, flag, value] = /^(-[no])(?:=|(?=.))(.*)$/s.exec(word) ?? /^(--[a-z][a-zA-Z-]*)=()$/.exec(word) ?? [];
    return flag === undefined || value === undefined ? [word] : [flag, value];
  });
}
