/** A row of mapRoles or mapUsers that is to be there. */
export interface RowWish {
  readonly section: 'mapRoles' | 'mapUsers';
  /** `rolearn` or `userarn`, as it is to stand there. */
  readonly arn: string;
  readonly username: string;
  readonly groups: readonly string[];
}

/** A text after an edit, or why it was not edited: a sentence that names the place as far as there is one. */
export type RowEdit = { readonly text: string } | { readonly refused: string };

/** Edits what stands behind a byte order mark, which no line begins with. */
export function behindMark(text: string, edit: (rest: string) => RowEdit): RowEdit {
  if (!text.startsWith('\ufeff')) return edit(text);
  const edited = edit(text.slice(1));
  return 'refused' in edited ? edited : { text: `\ufeff${edited.text}` };
}
