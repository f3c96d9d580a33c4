import { readdirSync, readFileSync } from "node:fs";

/** Ticks a second of the kernel's accounting. */
const TICKS = 100;

/** Microseconds of processor time that a process and all below it have used; NaN where there is no /proc. */
export function cpuOf(pid: number): number {
  return sum(pid, (id) => {
    const [, user, system] =
      /^\d+ \(.*\) \S (?:\S+ ){10}(\d+) (\d+)/.exec(readFileSync(`/proc/${id}/stat`, "utf8")) ?? [];
    return ((Number(user) + Number(system)) * 1_000_000) / TICKS;
  });
}

/** Megabytes that a process and all below it keep in memory. */
export function memoryOf(pid: number): number {
  return sum(pid, (id) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]) / 1024);
}

function sum(pid: number, of: (pid: number) => number): number {
  try {
    return [pid, ...below(pid)].reduce((total, id) => total + of(id), 0);
  } catch {
    return Number.NaN;
  }
}

function below(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...below(child)]);
}
