const LONGEST = 128;

/** An agent's name as the name of a folder: `[A-Za-z0-9._-]`, at most 128 characters, never `.` or `..`. */
export function safeAgentName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, LONGEST);
  return /^\.{0,2}$/.test(safe) ? "agent" : safe;
}
