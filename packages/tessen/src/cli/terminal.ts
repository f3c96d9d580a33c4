/** What a command has to do with the world around: where it writes, what it reads, what ends it. */
export interface Terminal {
  /** Standard output: the product of the command. */
  write(text: string): void;
  /** Standard error: what is said to people. */
  writeError(text: string): void;
  /** True when standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Characters a line; 80 where nobody knows. */
  readonly columns: number;
  /** Lines of the screen; 24 where nobody knows. */
  readonly rows: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Aborts on Ctrl-C, for commands that go on until then. */
  readonly signal: AbortSignal;
  /** The keyboard, when there is one: each key as its name (`up`, `q`, `return`, …). Ends when the signal aborts. */
  keys?(): AsyncIterable<string>;
  /** What is piped into the command. */
  input(): AsyncIterable<Uint8Array>;
}
