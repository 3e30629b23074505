import type { Output } from './context.ts';

/** Writes data as JSON or YAML. The YAML library is loaded only when it is asked for. */
export async function writeData(stdout: Output, format: 'json' | 'yaml', data: unknown): Promise<void> {
  if (format === 'json') {
    stdout.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  const { stringify } = await import('yaml');
  stdout.write(stringify(data, { lineWidth: 0, aliasDuplicateObjects: false }));
}
