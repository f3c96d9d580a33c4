/** What a command's exit code means. */
export const EXIT = {
  /** It did what it was asked to do. */
  ok: 0,
  /** It could not, or found something wrong. */
  failed: 1,
  /** Bad usage, or a bad configuration; of `ledger verify`: the ledger cannot be read. */
  usage: 2,
} as const;

/** Ends the help of every command. */
export const EXIT_HELP = `
Exit codes:
  0  done
  1  failed, or something is wrong
  2  bad usage or a bad configuration`;

/** Ends the help of `ledger verify`. */
export const VERIFY_HELP = `
Exit codes:
  0  the ledger is whole
  1  something was changed: chain, row, field and reason are named
  2  the ledger cannot be read, or bad usage
  3  a snapshot of prices that rows refer to is missing`;
