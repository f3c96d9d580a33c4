import { nodeFileSystem, type LogFileSystem } from "../../src/log/file/file-system.ts";

/** The machine's file system, which fails on demand. */
export interface FaultyFileSystem extends LogFileSystem {
  /** The code with which opening and writing fail; `undefined`: they do not. */
  fault: string | undefined;
  /** How many bytes the next writes take, one after the other; then all. */
  readonly portions: number[];
  /** How often something was opened or written. */
  attempts: number;
  /** Holds background syncs back until they are let go. */
  holdSyncs: boolean;
  readonly heldSyncs: (() => void)[];
}

/** A file system whose faults a test decides. */
export function faultyFileSystem(): FaultyFileSystem {
  const check = (): void => {
    system.attempts += 1;
    const code = system.fault;
    if (code !== undefined) throw Object.assign(new Error(`${code}: as the test wants`), { code });
  };
  const system: FaultyFileSystem = {
    ...nodeFileSystem,
    fault: undefined,
    portions: [],
    attempts: 0,
    holdSyncs: false,
    heldSyncs: [],
    openToAppend: (path) => {
      check();
      return nodeFileSystem.openToAppend(path);
    },
    write: (file, bytes, offset, length) => {
      check();
      const portion = system.portions.shift() ?? length;
      return portion === 0 ? 0 : nodeFileSystem.write(file, bytes, offset, Math.min(portion, length));
    },
    syncLater: (file, done) => {
      const sync = (): void => nodeFileSystem.syncLater(file, done);
      if (system.holdSyncs) system.heldSyncs.push(sync);
      else sync();
    },
  };
  return system;
}
