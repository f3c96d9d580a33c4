import { isMainThread } from "node:worker_threads";

/** What is done when the process ends. */
export interface ExitWork {
  /** Everything to disk, without waiting for anything but the disk. */
  readonly drain: () => void;
  /** The process goes on, but may be killed at any time. */
  readonly flush: () => void;
  /** The process dies of an exception that nobody caught. */
  readonly crashed: (error: unknown) => void;
}

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Hooks for every way out of a process: the end, `process.exit`, an uncaught exception, and the signals that ask it to
 * go. How the process ends stays as it was: the exit code, the signal, the listeners of the program. Gives what takes
 * the hooks away.
 */
export function hookExits(work: ExitWork): () => void {
  const undo: (() => void)[] = [];
  process.on("exit", work.drain);
  process.on("uncaughtExceptionMonitor", work.crashed);
  undo.push(() => process.off("exit", work.drain));
  undo.push(() => process.off("uncaughtExceptionMonitor", work.crashed));
  // A worker thread gets no signals.
  for (const signal of isMainThread ? SIGNALS : []) undo.push(hookSignal(signal, work));
  return () => {
    for (const remove of undo) remove();
  };
}

function hookSignal(signal: NodeJS.Signals, work: ExitWork): () => void {
  const listener = (): void => {
    if (process.listenerCount(signal) > 1) {
      work.flush();
      return;
    }
    // Without this listener the signal would have ended the process: so it shall.
    work.drain();
    process.off(signal, listener);
    process.kill(process.pid, signal);
  };
  // First in the row: a listener of the program's that runs once is then still counted.
  process.prependListener(signal, listener);
  return () => process.off(signal, listener);
}
