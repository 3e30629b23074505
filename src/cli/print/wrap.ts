/**
 * Breaks text at spaces so that no line is wider than `width`, except where one word alone is wider (an ARN or a path
 * must stay whole, so that it can be copied). The first line starts with `first`, the others with `next`.
 *
 * @example wrap('one two three', 9, '- ', '  ') // ['- one two', '  three']
 */
export function wrap(text: string, width: number, first = '', next = first): string[] {
  const lines: string[] = [];
  let line = '';
  const lead = () => (lines.length === 0 ? first : next);
  for (const word of text.split(' ')) {
    if (word === '') continue;
    if (line === '') line = word;
    else if (lead().length + line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(lead() + line);
      line = word;
    }
  }
  if (line !== '' || lines.length === 0) lines.push((lead() + line).trimEnd());
  return lines;
}
