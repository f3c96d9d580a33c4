/** The reason in an error of the browser, in one line: such errors hold logs, and may hold words of the page. */
export function shortReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split(/\n|Call log:/).find((part) => part.trim() !== "") ?? "something went wrong";
  return line
    .replace(/^(page|locator|frame)\.\w+: /, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
