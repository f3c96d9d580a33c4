import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { ContainerExecutor } from "../../examples/queue-worker/container-executor.ts";

/** Writes down what it is called with, and runs what comes after the image, as the container would. */
const DOCKER = `#!/bin/sh
echo "$@" >> "$0.log"
case "$1" in
  version) exit 0 ;;
  kill) exit 0 ;;
  run)
    for word; do
      case "$word" in
        python:*) shift; break ;;
      esac
      shift
    done
    shift 2
    exec "$@"
    ;;
esac
`;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts such a `docker` on the path; gives what it was called with. */
function pretendDocker(): () => string {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-docker-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "docker");
  writeFileSync(path, DOCKER);
  chmodSync(path, 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`);
  return () => readFileSync(`${path}.log`, "utf8");
}

const sh = (code: string): { readonly code: string; readonly language: string } => ({ code, language: "sh" });

test("runs each block in a container without network, files and rights, until one fails", async () => {
  const calls = pretendDocker();
  const executor = new ContainerExecutor({ timeout: 7 });
  await executor.start();
  expect(await executor.executeCodeBlocks([sh("echo one"), sh("echo two; exit 3"), sh("echo three")])).toEqual({
    exitCode: 3,
    output: "one\ntwo\n",
  });
  const [version, ...runs] = calls().trim().split("\n");
  expect(version).toBe("version");
  expect(runs.length).toBe(2);
  for (const run of runs) {
    expect(run).toMatch(/^run --rm -i --name=code-\S+ --network=none --read-only --tmpfs=\/tmp --cap-drop=ALL /);
    expect(run).toMatch(/ --user=65534:65534 .*--memory=512m .*--security-opt=no-new-privileges .* timeout 7 sh -s$/);
  }
});

test("ends the container when the run is aborted", async () => {
  const calls = pretendDocker();
  const folder = mkdtempSync(join(tmpdir(), "tesserae-docker-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const controller = new AbortController();
  const begun = once(watch(folder), "change");
  const running = new ContainerExecutor().executeCodeBlocks([sh(`echo > ${folder}/begun; exec sleep 1000`)], {
    signal: controller.signal,
  });
  await begun;
  controller.abort();
  expect((await running).exitCode).not.toBe(0);
  expect(calls()).toMatch(/^kill code-/m);
});

test("refuses a language that it has no interpreter for, and says where there is no engine", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const executor = new ContainerExecutor();
  await expect(executor.start()).rejects.toThrow("No container engine answers: spawn docker ENOENT");
  expect(await executor.executeCodeBlocks([{ code: "1", language: "cobol" }])).toEqual({
    exitCode: 1,
    output: "There is no interpreter for cobol.",
  });
});
