import process from "node:process";

/** Resolves when the process gets one of the signals, which does not end it then. */
export function untilSignal(signals: readonly NodeJS.Signals[]): Promise<void> {
  return new Promise((resolve) => {
    const received = (): void => {
      for (const signal of signals) process.off(signal, received);
      resolve();
    };
    for (const signal of signals) process.on(signal, received);
  });
}
