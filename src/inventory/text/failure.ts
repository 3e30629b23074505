/** Why a file that is there gives no evidence. */
export interface Failure {
  /** `absent`: the service answered that there is nothing of the kind. */
  readonly state: 'refused' | 'notCollected' | 'absent';
  /** For a gap: what is wrong with the file, as a clause. */
  readonly why: string;
}

const REFUSED = /AccessDenied|Unauthorized|Forbidden|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|AuthFailure/i;
const ABSENT = /PolicyNotFound|NoSuchEntity|ResourceNotFound|NotFoundException/;
const AWS_ERROR = /^\s*(?:aws: \[ERROR\]: )?An error occurred \((\w+)\) when calling the (\w+) operation/m;
const KUBECTL_ERROR = /^\s*(?:error: |Error from server \((\w+)\))/;

/**
 * Reads what somebody saved instead of an answer: the error text of the aws CLI or of kubectl (`… > file 2>&1`).
 * Undefined when the text is something else.
 */
export function failureText(text: string): Failure | undefined {
  const head = text.slice(0, 4000);
  const aws = AWS_ERROR.exec(head);
  if (aws !== null) {
    const [, code = '', operation = ''] = aws;
    const why = `the file holds the error ${code} of ${operation}`;
    return { state: REFUSED.test(code) ? 'refused' : ABSENT.test(code) ? 'absent' : 'notCollected', why };
  }
  const kubectl = KUBECTL_ERROR.exec(head);
  if (kubectl === null) return undefined;
  const refused = REFUSED.test(kubectl[1] ?? head);
  return {
    state: refused ? 'refused' : 'notCollected',
    why: `the file holds an error of kubectl${kubectl[1] ? ` (${kubectl[1]})` : ''}`,
  };
}
