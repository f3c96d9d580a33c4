/** How text looks: colours, and the marks of findings. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  readonly marks: Marks;
}

/** Signs that need more than ASCII, and what stands for them without it. */
export interface Marks {
  readonly alarm: string;
  readonly warning: string;
  readonly good: string;
  readonly bad: string;
  readonly bullet: string;
  readonly times: string;
  readonly arrow: string;
  readonly rule: string;
}

const MARKS: Marks = { alarm: "🚨", warning: "⚠", good: "✓", bad: "✗", bullet: "•", times: "×", arrow: "→", rule: "─" };
const ASCII: Marks = {
  alarm: "!!",
  warning: "! ",
  good: "ok",
  bad: "x ",
  bullet: "*",
  times: "x",
  arrow: "->",
  rule: "-",
};

/** The style of a command's output. */
export function makeStyle(options: { readonly colour: boolean; readonly ascii: boolean }): Style {
  const paint =
    (on: number, off: number) =>
    (text: string): string =>
      options.colour && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    marks: options.ascii ? ASCII : MARKS,
  };
}
