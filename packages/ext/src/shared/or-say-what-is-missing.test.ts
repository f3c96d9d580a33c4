import { isTesseraeError } from "@tesserae/core";
import { expect, test } from "vitest";
import { orSayWhatIsMissing } from "./or-say-what-is-missing.ts";

test("a package that is missing is named, with the command that installs it", async () => {
  const load = (): Promise<never> => Promise.reject(Object.assign(new Error("?"), { code: "ERR_MODULE_NOT_FOUND" }));
  const loading = orSayWhatIsMissing("@some/package", load);
  await expect(loading).rejects.toThrow("npm install @some/package");
  await expect(loading).rejects.toSatisfy((error) => isTesseraeError(error, "ERR_PACKAGE_MISSING"));
});

test("a package that fails to load in another way fails in that way", async () => {
  const broken = new SyntaxError("unexpected");
  await expect(orSayWhatIsMissing("x", () => Promise.reject(broken))).rejects.toBe(broken);
});
