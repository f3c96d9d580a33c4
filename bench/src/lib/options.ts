import { parseArgs } from "node:util";

/** What the command line says. */
export interface BenchOptions {
  /** Names of suites; none: all. */
  readonly suites: readonly string[];
  /** Only this case. */
  readonly only: string | undefined;
  /** Only these contenders. */
  readonly subjects: readonly string[] | undefined;
  readonly repetitions: number;
  /** The length of one repetition. */
  readonly milliseconds: number;
}

/** Reads the command line. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      case: { type: "string" },
      subjects: { type: "string" },
      repetitions: { type: "string", default: "15" },
      milliseconds: { type: "string", default: "200" },
    },
  });
  return {
    suites: positionals,
    only: values.case,
    subjects: values.subjects?.split(","),
    repetitions: positive("repetitions", values.repetitions),
    milliseconds: positive("milliseconds", values.milliseconds),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name}=${text} is not a number above 0.`);
  return value;
}
