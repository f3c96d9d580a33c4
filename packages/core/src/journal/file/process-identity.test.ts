import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { thisProcess } from "./process-identity.ts";

describe("when a process was started", () => {
  const { startOf } = thisProcess();

  test("of a process that lives it is always the same text", () => {
    expect(startOf(process.pid)).toBeTypeOf("string");
    expect(startOf(process.pid)).toBe(startOf(process.pid));
  });

  test.skipIf(!existsSync("/proc/self/stat"))(
    "a dead process that its parent has not asked for is dead, though its pid still answers",
    async () => {
      // The shell starts a child that waits for its input to end, says its pid, and becomes a program that reaps nobody.
      const parent = spawn("sh", ["-c", "sh -c 'read line' <&3 & echo $!; exec sleep 600 3<&-"], {
        stdio: ["ignore", "pipe", "ignore", "pipe"],
      });
      try {
        const { stdout } = parent;
        if (stdout === null) throw new Error("The shell has no output.");
        const pid = await new Promise<number>((resolve) => {
          createInterface({ input: stdout }).once("line", (line) => resolve(Number(line)));
        });
        expect(startOf(pid)).toBeTypeOf("string");
        // While it is a shell it may yet ask for its child.
        await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, "latin1")).toBe("sleep\n");
        process.kill(pid, "SIGKILL");
        await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "latin1")).toMatch(/\) Z /);
        expect(process.kill(pid, 0)).toBe(true);
        expect(startOf(pid)).toBeUndefined();
      } finally {
        parent.kill("SIGKILL");
      }
    },
  );
});
