/** What DescribeInstances answered: names by instance id (empty where EC2 has none), or why there are none. */
export type Ec2Answer =
  | {
      readonly names: ReadonlyMap<string, string>;
      /** False when EC2 holds back a part: an instance that is not named may still be there. */
      readonly whole: boolean;
    }
  | { readonly error: string; readonly code?: string };

/** Longest message of EC2 that is told. */
const LONGEST = 300;

/**
 * Reads an answer of DescribeInstances (EC2 API reference, query protocol). Whatever is not exactly that is an error: half
 * a document names nobody.
 */
export async function readEc2Answer({ status, body }: { readonly status: number; readonly body: string }): Promise<Ec2Answer> {
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const notEc2 = { error: `what answers is not EC2 (HTTP ${status})` };
  let document: unknown;
  try {
    // The parser alone takes documents that end in the middle.
    if (XMLValidator.validate(body) !== true) return notEc2;
    // No entity is of use here, and none is opened. Every value stays the text that it is.
    document = new XMLParser({ parseTagValue: false, processEntities: false }).parse(body);
  } catch {
    return notEc2;
  }
  const answer = child(document, 'DescribeInstancesResponse');
  if (status === 200 && answer !== undefined) return readNames(answer);
  const fault = child(child(child(document, 'Response'), 'Errors'), 'Error');
  const code = text(child(fault, 'Code'));
  if (status === 200 || code === '') return notEc2;
  // What follows the first sentence may be the signed text, or a message that only `sts decode-authorization-message` reads.
  const [message = ''] = text(child(fault, 'Message')).split(/\n|The Canonical String|Encoded authorization/);
  return { code: code.slice(0, 64), error: `${code.slice(0, 64)}: ${message.trim().slice(0, LONGEST)} (HTTP ${status})` };
}

function readNames(answer: unknown): Ec2Answer {
  const names = new Map<string, string>();
  for (const reservation of items(child(answer, 'reservationSet'))) {
    for (const instance of items(child(reservation, 'instancesSet'))) {
      const id = text(child(instance, 'instanceId'));
      if (id !== '') names.set(id, text(child(instance, 'privateDnsName')));
    }
  }
  return { names, whole: text(child(answer, 'nextToken')) === '' };
}

/** The parser gives one element as it is, and several as a list. */
function items(set: unknown): readonly unknown[] {
  const item = child(set, 'item');
  if (item === undefined) return [];
  return Array.isArray(item) ? item : [item];
}

function child(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined;
  return (node as Readonly<Record<string, unknown>>)[name];
}

function text(node: unknown): string {
  return typeof node === 'string' ? node : '';
}
