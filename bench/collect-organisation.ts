/** Where the process that stands for AWS listens. */
export interface Double {
  readonly endpoint: string;
}

/** Pages of principals of an account: most have one, every tenth has ten, one has twenty. */
export function pagesOf(account: number): number {
  return account === 7 ? 20 : account % 10 === 0 ? 10 : 1;
}

/** Access entries of the cluster of an account: ten to fifty, one has two hundred. */
export function entriesOf(account: number): number {
  return account === 3 ? 200 : 10 + (account % 5) * 10;
}
