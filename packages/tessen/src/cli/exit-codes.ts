/** What the exit code of a command means. */
export const EXIT = {
  ok: 0,
  /** There is what `--fail-on` names, or something is wrong that `doctor` looks at. */
  findings: 1,
  usage: 2,
  noData: 3,
  /** A folder or file that cannot be used. */
  environment: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
