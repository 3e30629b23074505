import type { Call } from './authorise.ts';
import { notPlayed } from './wire/fault.ts';
import type { AwsReply } from './wire/request.ts';

/** Answers a call of Organizations. */
export function answerOrganizations({ request }: Call, name: (operation: string) => void): AwsReply {
  const operation = request.header('x-amz-target')?.split('.')[1] ?? 'unknown';
  name(operation);
  throw notPlayed(`organizations:${operation}`);
}
