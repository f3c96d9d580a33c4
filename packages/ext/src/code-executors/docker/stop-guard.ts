import { spawn } from "node:child_process";
import { buildEnvironment } from "../shared/environment.ts";
import type { DockerAddress } from "./engine/engine-address.ts";

/** Waits for a line; end of file without one means that the parent is gone, and then the container is stopped. */
const WATCH = `const [text, path] = process.argv.slice(1);
const address = JSON.parse(text);
const { readFileSync } = process.getBuiltinModule("node:fs");
const read = (name) => readFileSync(address.certificates + "/" + name);
const keys = address.certificates === undefined ? {} : { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
const target = address.type === "socket" ? { socketPath: address.path } : { host: address.host, port: address.port };
process.stdin.on("data", () => process.exit());
process.stdin.on("end", () => {
  const { request } = process.getBuiltinModule(address.tls ? "node:https" : "node:http");
  const call = request({ ...target, ...keys, path, method: "POST", agent: false }, (response) => response.resume());
  call.on("error", () => {});
  call.end();
});`;

/**
 * Makes sure that a container does not outlive this process, however this process ends.
 *
 * A small process beside it reads from a pipe whose other end only this process holds: the kernel closes it when this
 * process ends, by `process.exit`, a signal or a crash, SIGKILL included. So no signal handler is installed, and a
 * program's own handling of Ctrl-C is not disturbed.
 *
 * @param path of the request that stops the container.
 * @returns a function that ends the guard and leaves the container alone.
 */
export function stopWhenOrphaned(address: DockerAddress, path: string): () => void {
  const guard = spawn(process.execPath, ["--eval", WATCH, JSON.stringify(address), path], {
    // A process group of its own, which Ctrl-C in a terminal does not reach.
    detached: true,
    env: buildEnvironment({ inherit: [] }, process.env),
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
  });
  // One that could not be made, or is gone early, must not become an error of this process.
  guard.on("error", () => {});
  const input = guard.pid === undefined ? undefined : guard.stdin;
  input?.on("error", () => {});
  guard.unref();
  return () => input?.end("\n");
}
