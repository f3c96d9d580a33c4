import { accessSync, constants, lstatSync, statfsSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { formatBytes } from "../output/format.ts";
import type { Check } from "./check.ts";

const SECTION = "log folder";
/** Less than this is soon full of prompts. */
const LITTLE_BYTES = 1e9;

/** The numbers by which Linux names file systems over a network: NFS, SMB, SMB2, CIFS. */
const NETWORK_TYPES: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xfe534d42, 0xff534d42]);

/** Whether the folder of logs is there, can be written, is private, and has room. */
export function checkLogDir(logDir: string): Check[] {
  const facts = statSync(logDir, { throwIfNoEntry: false });
  if (facts === undefined) return [missing(logDir)];
  if (!facts.isDirectory()) {
    return [
      { section: SECTION, state: "bad", text: `${logDir} is no folder`, remedy: "Set TESSEN_LOG_DIR to a folder." },
    ];
  }
  const refusal = refusalOf(logDir, facts);
  if (refusal !== undefined) {
    const remedy = "The recorder writes nothing there. Set TESSEN_LOG_DIR to a folder of yours.";
    return [{ section: SECTION, state: "bad", text: `${logDir} ${refusal}`, remedy }];
  }
  if (!isWritable(logDir)) {
    return [
      {
        section: SECTION,
        state: "bad",
        text: `${logDir} cannot be written`,
        remedy: "Change its owner or mode, or set TESSEN_LOG_DIR.",
      },
    ];
  }
  return [modeCheck(logDir, facts), ...diskChecks(logDir)];
}

/** Why the recorder refuses a folder: prompts would go to wherever somebody else wants them. */
function refusalOf(logDir: string, facts: Stats): string | undefined {
  if (lstatSync(logDir).isSymbolicLink()) return "is a symbolic link, which is not followed";
  const user = process.geteuid?.();
  return user === undefined || facts.uid === user ? undefined : `belongs to another user (${facts.uid})`;
}

function missing(logDir: string): Check {
  let parent = dirname(logDir);
  while (statSync(parent, { throwIfNoEntry: false }) === undefined && dirname(parent) !== parent)
    parent = dirname(parent);
  const text = `${logDir} is not there yet`;
  if (isWritable(parent)) return { section: SECTION, state: "good", text: `${text}; it will be made` };
  return {
    section: SECTION,
    state: "bad",
    text: `${text}, and ${parent} cannot be written`,
    remedy: "Set TESSEN_LOG_DIR to a folder of yours.",
  };
}

function modeCheck(logDir: string, facts: Stats): Check {
  const mode = facts.mode & 0o777;
  const text = `${logDir} can be written (mode ${mode.toString(8).padStart(4, "0")})`;
  // Windows knows no such modes.
  if (process.platform === "win32" || (mode & 0o022) === 0) return { section: SECTION, state: "good", text };
  return {
    section: SECTION,
    state: "warning",
    text: `${text}: others can write, too`,
    remedy: "tessen doctor --fix takes that away.",
  };
}

function diskChecks(logDir: string): Check[] {
  const disk = statfsSync(logDir);
  const free = disk.bavail * disk.bsize;
  const text = `${formatBytes(free)} are free`;
  return [
    free < LITTLE_BYTES
      ? { section: SECTION, state: "warning", text, remedy: "Remove old logs, or set TESSEN_RETENTION_DAYS." }
      : { section: SECTION, state: "good", text },
    ...(NETWORK_TYPES.has(disk.type)
      ? [
          {
            section: SECTION,
            state: "warning" as const,
            text: "the file system is one over a network, where several writers of a file can tear lines",
            remedy: "Set TESSEN_FILE_PER_PROCESS=1.",
          },
        ]
      : []),
  ];
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
