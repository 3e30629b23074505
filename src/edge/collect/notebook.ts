import type { CollectedFile, Missing } from './types.ts';

/** What is written down while reading. */
export interface Notebook {
  /** Keeps an answer as a file, as the aws CLI prints it. */
  readonly file: (path: string, answer: unknown) => void;
  /** A path, or `path#part`, of which everything is there. */
  readonly complete: (path: string) => void;
  readonly missing: (missing: Missing) => void;
  readonly files: readonly CollectedFile[];
  readonly whole: readonly string[];
  readonly gaps: readonly Missing[];
}

/** A new notebook. */
export function makeNotebook(): Notebook {
  const files: CollectedFile[] = [];
  const whole: string[] = [];
  const gaps: Missing[] = [];
  return {
    file: (path, answer) => {
      files.push({ path, text: `${JSON.stringify(answer, null, 4)}\n` });
    },
    complete: (path) => {
      whole.push(path);
    },
    missing: (missing) => {
      gaps.push(missing);
    },
    files,
    whole,
    gaps,
  };
}

/** A failure of any client. */
interface Failure {
  readonly code: string;
  readonly message: string;
}

const REFUSED =
  /AccessDenied|Unauthorized|Forbidden|Expired|InvalidClientTokenId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch|OptInRequired/i;

/** Whether somebody said no, or nobody answered. */
export function stateOf({ code }: Failure): Missing['state'] {
  return REFUSED.test(code) ? 'refused' : 'notCollected';
}

/** Code and words of a failure, as one text. */
export function wordsOf({ code, message }: Failure): string {
  return message.startsWith(code) || code === 'Error' ? message : `${code}: ${message}`;
}
