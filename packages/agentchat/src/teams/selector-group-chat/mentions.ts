/** The name as a model may write it: as it is, with blanks for underscores, with escaped underscores. */
function spellings(name: string): readonly string[] {
  return [name, name.replaceAll("_", " "), name.replaceAll("_", "\\_")];
}

/** The names that a text mentions as whole words, by any of their spellings; each name once, upper and lower case apart. */
export function mentionedNames(text: string, names: readonly string[]): readonly string[] {
  return names.filter((name) =>
    spellings(name).some((spelling) =>
      new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(spelling)}(?![\\p{L}\\p{N}_])`, "u").test(text),
    ),
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
