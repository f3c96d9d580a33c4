/** What a command's exit code means. */
export const EXIT = {
  /** It did what it was asked to do; a replay is the same. */
  ok: 0,
  /** The run failed; a replay differs. */
  failed: 1,
  /** Bad usage or a bad file. */
  usage: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
