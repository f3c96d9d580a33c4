import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Another process, and what it says. */
export class OtherProcess {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #watchers: (() => void)[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "close");
    if (child.stdout === null) throw new Error("It has no output.");
    createInterface(child.stdout).on("line", (line) => {
      this.lines.push(line);
      for (const watch of this.#watchers) watch();
    });
  }

  /** Starts a program that says `ready`. */
  static async start(command: string, args: readonly string[]): Promise<OtherProcess> {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    const other = new OtherProcess(child);
    await other.says("ready");
    return other;
  }

  /** Resolves when it has said a line so often. */
  async says(line: string, times: number = 1): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      const watch = (): void => {
        if (this.lines.filter((each) => each === line).length < times) return;
        this.#watchers = this.#watchers.filter((each) => each !== watch);
        resolve();
      };
      this.#watchers.push(watch);
      watch();
    });
    const ended = this.#ended.then(() => {
      throw new Error(`It ended and had not said "${line}".`);
    });
    await Promise.race([heard, ended]);
  }

  /** Ends it, without a word to anybody unless told otherwise. Gives all that it has said. */
  async end(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<readonly string[]> {
    this.#child.kill(signal);
    await this.#ended;
    return this.lines;
  }
}
