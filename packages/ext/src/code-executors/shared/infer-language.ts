/**
 * The language of code that came without one: a shell command line that starts Python or pip is `sh`, what parses as
 * Python is `python`, anything else is `unknown`.
 *
 * @param parsesAsPython asks an interpreter; it is called only when the text does not decide.
 */
export async function inferLanguage(
  code: string,
  parsesAsPython: (code: string) => Promise<boolean>,
): Promise<"sh" | "python" | "unknown"> {
  if (/^(?:python3? |pip)/.test(code)) return "sh";
  return (await parsesAsPython(code)) ? "python" : "unknown";
}
