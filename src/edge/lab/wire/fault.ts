/**
 * A refusal in AWS's words. It is thrown where it is found and becomes the answer in the form of the service's protocol.
 */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;
  /** Further fields of the answer's body (EKS: `clusterName`). */
  readonly fields: Readonly<Record<string, unknown>>;
  /** For `causeway lab log` alone: what AWS would never tell the caller. */
  readonly note: string | undefined;

  constructor(code: string, status: number, message: string, fields: Readonly<Record<string, unknown>> = {}, note?: string) {
    super(message);
    this.name = 'Fault';
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.note = note;
  }
}

/** An operation or service that the lab does not play; it is never answered as if it had worked. */
export function notPlayed(what: string): Fault {
  return new Fault('NotImplemented', 501, `the lab does not play ${what}; docs/lab.md lists what it does`);
}
