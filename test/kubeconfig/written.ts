import fc from 'fast-check';

/** A kubeconfig as somebody wrote it: the text, and the stretches that belong to nobody but their owner. */
export interface Written {
  readonly text: string;
  /** Texts of entries and comments, in order; every one of them occurs once. */
  readonly stretches: readonly string[];
}

const ENTRY = fc.record({
  comment: fc.boolean(),
  trailing: fc.boolean(),
  blank: fc.boolean(),
  quote: fc.constantFrom('', '"', "'"),
  flow: fc.boolean(),
});

type EntryStyle = { comment: boolean; trailing: boolean; blank: boolean; quote: string; flow: boolean };

const BODY = { clusters: 'cluster', contexts: 'context', users: 'user' } as const;
type List = keyof typeof BODY;

/** Kubeconfigs in block style, with comments, unknown keys, both ways to indent lists, both line ends, and no end to the last line. */
export const blockKubeconfigs: fc.Arbitrary<Written> = fc
  .record({
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    header: fc.constantFrom('', '---', '# mine'),
    finalEol: fc.boolean(),
    unit: fc.constantFrom(2, 4),
    dashBelowKey: fc.boolean(),
    order: fc.shuffledSubarray<List>(['clusters', 'contexts', 'users']),
    lists: fc.record({
      clusters: fc.array(ENTRY, { maxLength: 3 }),
      contexts: fc.array(ENTRY, { maxLength: 3 }),
      users: fc.array(ENTRY, { maxLength: 3 }),
    }),
    empty: fc.constantFrom('', ' []', ' null', ' ~', ' [] # none yet'),
    current: fc.constantFrom(undefined, 'current-context: ""', 'current-context: contexts-0 # here', "current-context: 'x'"),
  })
  .map(({ eol, bom, header, finalEol, unit, dashBelowKey, order, lists, empty, current }) => {
    const lines: string[] = header === '' ? [] : [header];
    const stretches: string[] = header === '# mine' ? [header] : [];
    for (const list of order) {
      lines.push(lists[list].length === 0 ? `${list}:${empty}` : `${list}:`);
      const pad = ' '.repeat(dashBelowKey ? 0 : unit);
      for (const [index, style] of lists[list].entries()) {
        if (style.comment) {
          lines.push(`${pad}# about ${list} ${index}`);
          stretches.push(`# about ${list} ${index}`);
        }
        const entry = entryLines(BODY[list], `${list}-${index}`, style, unit).map((line) => pad + line);
        lines.push(...entry);
        stretches.push(entry.join(eol));
        if (style.blank) lines.push('');
      }
    }
    if (current !== undefined) lines.push(current);
    const text = (bom ? '\ufeff' : '') + lines.join(eol) + (finalEol && lines.length > 0 ? eol : '');
    return { text, stretches };
  });

function entryLines(key: string, name: string, { quote, flow, trailing }: EntryStyle, unit: number): string[] {
  const end = trailing ? ` # end of ${name}` : '';
  const value = `${quote}of ${name}${quote}`;
  if (flow) return [`- {name: ${quote}${name}${quote}, ${key}: {extra: ${value}, list: [1, "a"]}}${end}`];
  const inner = ' '.repeat(2 + unit);
  return [
    `- name: ${quote}${name}${quote}`,
    `  ${key}:`,
    `${inner}extra: ${value}`,
    `${inner}text: |`,
    `${inner}${' '.repeat(unit)}kept # as it is`,
    `  unknown: ${quote}x${quote}${end}`,
  ];
}

/** The same as JSON: on one line, or indented by blanks or tabs. */
export const jsonKubeconfigs: fc.Arbitrary<Written> = fc
  .record({
    counts: fc.record({ clusters: fc.nat(2), contexts: fc.nat(2), users: fc.nat(2) }),
    step: fc.constantFrom('', '  ', '    ', '\t'),
    finalEol: fc.boolean(),
    nothing: fc.constantFrom<[] | null>([], null),
  })
  .map(({ counts, step, finalEol, nothing }) => {
    const list = (key: List) =>
      counts[key] === 0
        ? nothing
        : Array.from({ length: counts[key] }, (_, i) => ({ name: `${key}-${i}`, [BODY[key]]: { extra: [i, 'a'] } }));
    const value = { kind: 'Config', clusters: list('clusters'), contexts: list('contexts'), users: list('users') };
    const stretches = (['clusters', 'contexts', 'users'] as const).flatMap((key) =>
      Array.from({ length: counts[key] }, (_, i) => `${key}-${i}`),
    );
    return { text: JSON.stringify(value, null, step) + (finalEol ? '\n' : ''), stretches };
  });
