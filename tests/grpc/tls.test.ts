import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerCredentials, credentials } from "@grpc/grpc-js";
import { UndeliverableException } from "@tesserae/core";
import { expect, test } from "vitest";
import { TypeScriptWorker, startHost } from "./src/typescript.ts";

const HAS_OPENSSL = spawnSync("openssl", ["version"]).status === 0;

/** A certificate that signs itself, and its key. */
function makeCertificate(): { readonly key: Buffer; readonly certificate: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-tls-"));
  try {
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
    const args = ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", certificate];
    execFileSync("openssl", args, { stdio: "ignore" });
    return { key: readFileSync(key), certificate: readFileSync(certificate) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(!HAS_OPENSSL)("host and workers show their certificates; who has none does not get in", async () => {
  const [ofHost, ofWorker] = [makeCertificate(), makeCertificate()];
  const pair = { private_key: ofHost.key, cert_chain: ofHost.certificate };
  const host = await startHost({ credentials: ServerCredentials.createSsl(ofWorker.certificate, [pair], true) });
  // Node warns about addresses that are checked by their number.
  const address = host.address.replace("127.0.0.1", "localhost");
  const known = credentials.createSsl(ofHost.certificate, ofWorker.key, ofWorker.certificate);
  const worker = await TypeScriptWorker.start(address, { credentials: known });
  await worker.register("safe");
  expect(await worker.send("safe/k", "hello")).toBe("safe/k: hello");
  await expect(TypeScriptWorker.start(address, { connectTimeoutMs: 500 })).rejects.toThrow(UndeliverableException);
  const stranger = credentials.createSsl(makeCertificate().certificate);
  await expect(TypeScriptWorker.start(address, { credentials: stranger, connectTimeoutMs: 500 })).rejects.toThrow(
    UndeliverableException,
  );
  await worker.runtime.close();
  await host.stop();
});
