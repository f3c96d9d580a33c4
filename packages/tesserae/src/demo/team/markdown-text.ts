/** Text with each run of white space, line ends among them, made one space: for a heading or a cell. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Text that Markdown shows as it is where it would else be HTML: tags, comments and character references. */
export function withoutHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
