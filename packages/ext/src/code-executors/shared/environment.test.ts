import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { buildEnvironment, prependFolder } from "./environment.ts";
import { findProgram } from "./find-program.ts";

const SECRETS = {
  OPENAI_API_KEY: "x",
  ANTHROPIC_API_KEY: "x",
  GITHUB_TOKEN: "x",
  HF_TOKEN: "x",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_ACCESS_KEY_ID: "x",
  AWS_SESSION_TOKEN: "x",
  AZURE_CLIENT_SECRET: "x",
  GOOGLE_APPLICATION_CREDENTIALS: "x",
  PGPASSWORD: "x",
  MYSQL_PWD: "x",
  SENTRY_DSN: "x",
  "npm_config_//registry.example.test/:_authToken": "x",
  DATABASE_URL: "postgres://user:word@host/db",
  AZURE_STORAGE_CONNECTION_STRING: "x",
};
const HARMLESS = {
  PATH: "/bin",
  HOME: "/home/me",
  PWD: "/",
  OLDPWD: "/",
  LANG: "C.UTF-8",
  SSH_AUTH_SOCK: "/run/agent",
  GIT_AUTHOR_NAME: "me",
  TOKENIZERS_PARALLELISM: "false",
  KEYBOARD: "de",
  MONKEY: "1",
  HOMEPAGE: "https://example.test/a:b@c",
  HTTPS_PROXY: "http://user:word@proxy:8080",
};

describe("buildEnvironment", () => {
  test("by default passes on all but what names or holds a secret", () => {
    expect(buildEnvironment({}, { ...SECRETS, ...HARMLESS })).toEqual(HARMLESS);
  });

  test("passes on everything when told so", () => {
    expect(buildEnvironment({ inherit: "all" }, { ...SECRETS, ...HARMLESS })).toEqual({ ...SECRETS, ...HARMLESS });
  });

  test("passes on a list, and what programs need", () => {
    const parent = { ...SECRETS, ...HARMLESS, GIT_DIR: "x" };
    expect(buildEnvironment({ inherit: ["GIT_*", "HF_TOKEN"] }, parent)).toEqual({
      PATH: "/bin",
      HOME: "/home/me",
      LANG: "C.UTF-8",
      GIT_AUTHOR_NAME: "me",
      GIT_DIR: "x",
      HF_TOKEN: "x",
    });
    expect(buildEnvironment({ inherit: [] }, parent)).toEqual({ PATH: "/bin", HOME: "/home/me", LANG: "C.UTF-8" });
  });

  test("what is set wins, secret or not", () => {
    const set = { OPENAI_API_KEY: "y", LANG: "C" };
    expect(buildEnvironment({ set }, { OPENAI_API_KEY: "x", LANG: "D" })).toEqual(set);
  });
});

test("a folder is put in front of a list, as an absolute path", () => {
  expect(prependFolder({ PATH: "/bin", A: "1" }, "PATH", "venv/bin")).toEqual({
    PATH: `${resolve("venv/bin")}${delimiter}/bin`,
    A: "1",
  });
  expect(prependFolder({}, "PYTHONPATH", "/w")).toEqual({ PYTHONPATH: resolve("/w") });
});

describe.skipIf(process.platform === "win32")("findProgram", () => {
  const root = mkdtempSync(join(tmpdir(), "tesserae-find-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const first = join(root, "first");
  const second = join(root, "second");
  for (const folder of [first, second]) mkdirSync(join(folder, "tool-folder"), { recursive: true });
  writeFileSync(join(first, "tool"), "");
  writeFileSync(join(second, "tool"), "");
  chmodSync(join(second, "tool"), 0o755);

  test("takes the first file on PATH that may be executed", () => {
    expect(findProgram("tool", { PATH: [first, second].join(delimiter) })).toBe(join(second, "tool"));
    expect(findProgram("tool-folder", { PATH: first })).toBeUndefined();
    expect(findProgram("tool", {})).toBeUndefined();
  });

  test("a path is taken as it is, a relative entry of PATH not at all", () => {
    expect(findProgram(join(second, "tool"), {})).toBe(join(second, "tool"));
    expect(findProgram("vitest.config.ts", { PATH: ["", ".", "node_modules/.bin"].join(delimiter) })).toBeUndefined();
  });
});
