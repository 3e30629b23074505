/** What `-o` takes; `table` is kubectl's word for what people read. */
export const FORMATS = ['text', 'table', 'json', 'yaml'] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];
