/** How a line of a report is to be taken. */
export type Tone = "plain" | "alarm" | "warning" | "good";

/** One line of a report. */
export interface ReportLine {
  readonly text: string;
  readonly tone: Tone;
  /** Lines that say more about this one. */
  readonly items: readonly string[];
}

/** A part of a report, for people; printed as text or as Markdown. */
export interface Section {
  readonly title: string;
  readonly lines: readonly ReportLine[];
  /** A table whose first row is its head. Cells of the columns named in `right` are numbers. */
  readonly table?: { readonly rows: readonly (readonly string[])[]; readonly right: readonly number[] };
}

/** A line without a mark. */
export function line(text: string, items: readonly string[] = [], tone: Tone = "plain"): ReportLine {
  return { text, tone, items };
}
