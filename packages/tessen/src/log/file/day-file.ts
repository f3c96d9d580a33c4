/** The name of a file of the log, taken apart. */
export interface DayFile {
  readonly name: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  /** The numbers between date and ending: which of the day's files it is, or of which process. */
  readonly numbers: readonly number[];
}

const NAME = /^(?<date>\d{4}-\d{2}-\d{2})(?<numbers>(?:\.\d{1,10})*)\.jsonl$/;

/** `<date>.jsonl` for number 0, else `<date>.<number>.jsonl`; with a process id before the number. */
export function dayFileName(date: string, number: number, processId?: number): string {
  const process = processId === undefined ? "" : `.${processId}`;
  return `${date}${process}${number === 0 ? "" : `.${number}`}.jsonl`;
}

/** A file's name taken apart; `undefined` where it is not one of the log. */
export function parseDayFile(name: string): DayFile | undefined {
  const groups = NAME.exec(name)?.groups;
  const date = groups?.["date"];
  if (date === undefined) return undefined;
  const numbers = (groups?.["numbers"] ?? "").split(".").slice(1).map(Number);
  return { name, date, numbers };
}

/** The order in which files are read: by date, then by number. */
export function compareDayFiles(first: DayFile, second: DayFile): number {
  if (first.date !== second.date) return first.date < second.date ? -1 : 1;
  const length = Math.max(first.numbers.length, second.numbers.length);
  for (let place = 0; place < length; place += 1) {
    const difference = (first.numbers[place] ?? -1) - (second.numbers[place] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The UTC date of a time in milliseconds since 1970, as `YYYY-MM-DD`. */
export function utcDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
