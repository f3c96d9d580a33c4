/** Ours as it comes: key required, caches, caps and ledger on. `off` in the second argument: a relay that only measures. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsFrom, startGateway } from "@tesserae/tessera";

const [upstream = "", mode = "on"] = process.argv.slice(2);
const stateDir = mkdtempSync(join(tmpdir(), "tesserae-bench-"));
const settings = settingsFrom({
  listen: { data: "127.0.0.1:0" },
  store: { kind: "sqlite", path: join(stateDir, "tessera.db") },
  upstreams: [{ id: "openai", kind: "openai", baseURL: `${upstream}/v1`, allowPrivate: true }],
  ...(mode === "on" ? {} : { defaults: { mechanics: { m2: "off", m4: "off" } } }),
});
const gateway = await startGateway(settings);
const key = gateway.createKey({ label: "bench" });
process.send?.({ url: gateway.url, key });
process.on("disconnect", () => {
  rmSync(stateDir, { recursive: true, force: true });
  process.exit();
});
