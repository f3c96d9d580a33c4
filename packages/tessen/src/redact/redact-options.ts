/** What is taken out of a line beside the built-in rules. Plain data: it is sent to the writer thread. */
export interface RedactOptions {
  /** False writes everything as it came. Default: true. */
  readonly enabled?: boolean;
  /** More names of JSON members whose values are secret. Compared without regard to case, at the end of a name. */
  readonly keys?: readonly string[];
  /** More rules: the name that the replacement shows, and the source of a regular expression for the text of a string. */
  readonly patterns?: Readonly<Record<string, string>>;
  /** Takes out e-mail addresses, telephone numbers and card numbers, too. Default: false. */
  readonly pii?: boolean;
}
