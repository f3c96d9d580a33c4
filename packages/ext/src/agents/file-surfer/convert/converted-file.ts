/** What a viewer shows of a file or a folder. */
export interface ConvertedFile {
  readonly title: string | undefined;
  /** Markdown. */
  readonly text: string;
  /** Whether it is one page, however long it is. */
  readonly isWhole?: boolean;
}

/** A page that says why there is none; titled as AutoGen titles it. */
export function errorPage(
  title: "FileNotFoundError" | "UnsupportedFormatException" | "FileConversionException",
  reason: string,
): ConvertedFile {
  return { title, text: `# ${title}\n\n${reason}` };
}
