import { canonicalArn, parseArn } from '../arn/index.ts';
import { stsRefusal, type TokenRefusal } from './check-refusal.ts';

/** Who signed a token, as STS says. */
export interface TokenIdentity {
  /** As STS wrote it. */
  readonly arn: string;
  /** A session as its role: what rows and entries name. */
  readonly canonicalArn: string;
  readonly accountId: string;
  /** AROA… or AIDA…; the account for its root; `ACCOUNT:NAME` for a federated user. */
  readonly userId: string;
  /** Empty for whoever has no session. */
  readonly sessionName: string;
  readonly accessKeyId: string;
}

/** What STS answered, and to which token. */
export interface StsAnswer {
  readonly status: number;
  readonly body: string;
  readonly region: string;
  readonly accessKeyId: string;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
}

/**
 * Checks 20 to 23: who signed the token, from the answer of STS (aws-iam-authenticator pkg/token getIdentityFromSTSResponse;
 * facts §1.3, §1.5, §1.6). An answer that contradicts itself names nobody.
 */
export function readStsAnswer(answer: StsAnswer): TokenIdentity | TokenRefusal {
  const { status, body, region } = answer;
  if (status !== 200) {
    const error = readError(body);
    // The original looks for the word anywhere in the body; STS says it in the code (`Throttling`, `ThrottlingException`).
    if (body.includes('Throttling') || status === 429) {
      const shown = describe(error, body, answer.secrets);
      return {
        check: 20,
        kind: 'throttled',
        error: `sts getCallerIdentity was throttled: ${shown}`,
        code: error?.code ?? 'Throttling',
      };
    }
    const text = `error from AWS (expected 200, got ${status}) on ${region} endpoint. Body: ${describe(error, body, answer.secrets)}`;
    return stsRefusal(20, text, error?.code);
  }
  const result = readResult(body);
  if ('error' in result) return stsRefusal(21, result.error);
  const { arn, account, userId } = result;
  if (!/^[!-~]+$/.test(arn)) return stsRefusal(22, "arn is invalid: 'arn: not a text of printable characters'");
  const canonical = canonicalArn(arn);
  if ('error' in canonical) return stsRefusal(22, canonical.error);
  // Not a check of the original: the account decides mapAccounts and names, and must not come from another place than the ARN.
  if (parseArn(arn)?.account !== account) return stsRefusal(22, 'the account of the answer is not that of its ARN');
  const isSession = arn.includes(':assumed-role/');
  const parts = userId.split(':');
  if (isSession && (parts.length !== 2 || parts[0] === ''))
    return stsRefusal(23, `malformed UserID ${JSON.stringify(cut(userId))}`);
  if (!/^[!-~]+$/.test(userId)) return stsRefusal(23, 'malformed UserID');
  return {
    arn,
    canonicalArn: canonical.arn,
    accountId: account,
    userId: isSession ? (parts[0] ?? '') : userId,
    sessionName: isSession ? (parts[1] ?? '') : '',
    accessKeyId: answer.accessKeyId,
  };
}

interface Result {
  readonly arn: string;
  readonly account: string;
  readonly userId: string;
}

function readResult(body: string): Result | { readonly error: string } {
  const parsed = parseJson(body);
  if (parsed === undefined) return { error: jsonError(body) };
  const result = member(member(parsed, 'GetCallerIdentityResponse'), 'GetCallerIdentityResult');
  const [arn, account, userId] = [member(result, 'Arn'), member(result, 'Account'), member(result, 'UserId')];
  if (typeof arn !== 'string' || typeof account !== 'string' || typeof userId !== 'string') {
    return { error: 'the answer is no GetCallerIdentityResponse' };
  }
  return { arn, account, userId };
}

/** Code and first line of the message of an STS error; the JSON form, and the XML form that the query protocol has. */
function readError(body: string): { readonly code: string; readonly message: string } | undefined {
  const error = member(parseJson(body), 'Error');
  const code = member(error, 'Code') ?? /<Code>([A-Za-z.]{1,64})<\/Code>/.exec(body)?.[1];
  const message = member(error, 'Message') ?? /<Message>([^<\n]{0,400})/.exec(body)?.[1] ?? '';
  return typeof code === 'string' && typeof message === 'string' && /^[A-Za-z.]{1,64}$/.test(code)
    ? { code, message }
    : undefined;
}

/**
 * What may be told of an error body. The rest stays out: the message of SignatureDoesNotMatch goes on with the canonical
 * request, in which the session token stands.
 */
function describe(error: ReturnType<typeof readError>, body: string, secrets: readonly string[]): string {
  if (error === undefined) return `not an error of STS (${body.length} characters)`;
  let line = error.message.split('\n', 1)[0] ?? '';
  for (const secret of secrets) for (const form of [secret, encodeURIComponent(secret)]) line = line.replaceAll(form, '…');
  return `${error.code}: ${cut(line)}`;
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** Go's words where they are simple: an empty body, and a page of HTML. */
function jsonError(body: string): string {
  const first = body.trimStart().charAt(0);
  if (first === '') return 'unexpected end of JSON input';
  return first === '<' ? "invalid character '<' looking for beginning of value" : 'the answer is not JSON';
}
