/** Longest list that stands on one line. */
const ONE_LINE = 60;

/** Values as YAML, short lists of texts on one line: a role has many of them. */
export async function yamlPrinter(): Promise<(value: unknown) => string> {
  const { Document, isScalar, visit } = await import('yaml');
  return (value) => {
    const document = new Document(value, { aliasDuplicateObjects: false });
    visit(document, {
      Seq: (_, node) => {
        const texts = node.items.map((item) => (isScalar(item) ? String(item.value) : undefined));
        if (!texts.includes(undefined) && texts.join(', ').length <= ONE_LINE) node.flow = true;
      },
    });
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  };
}
