/** Something that happens once, and can be waited for. */
export interface Signal {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** Makes a signal that has not happened. */
export function signal(): Signal {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
