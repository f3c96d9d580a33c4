import { defineConfig } from "vitest/config";

/** Tests run from the sources: the `source` export condition resolves workspace packages to `src`. */
const shared = {
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"], externalConditions: ["source"] } },
};

/** What holds for every test. How long it waits says only when it hangs: a machine may be busy, and none measures time. */
const common = {
  testTimeout: 240_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 50_000 } },
  setupFiles: ["scripts/lib/seed-properties.ts", "scripts/lib/real-timers.ts"],
};

const SHARING = ["wire", "core", "agentchat", "tessera"];

export default defineConfig({
  test: {
    // Every core: many tests wait for processes that they start. The default leaves one out, which is half of two.
    maxWorkers: "100%",
    projects: [
      {
        ...shared,
        test: {
          // Packages that keep nothing in the process and patch nothing in it: their files share one, and each
          // module is loaded once, which halves the time.
          name: "unit",
          isolate: false,
          include: SHARING.map((name) => `packages/${name}/src/**/*.test.ts`),
          exclude: ["**/node_modules/**"],
          ...common,
        },
      },
      {
        ...shared,
        test: {
          // A process for each file: recorders patch what it has, model clients warn once in it, the rest starts others.
          name: "apart",
          include: [
            "packages/*/src/**/*.test.ts",
            "scripts/**/*.test.ts",
            "tests/**/*.test.ts",
            "examples/**/*.test.ts",
          ],
          exclude: [...SHARING.map((name) => `packages/${name}/**`), "tests/interop/**", "**/node_modules/**"],
          ...common,
        },
      },
      {
        ...shared,
        test: {
          // Python AutoGen beside ours. The tests skip themselves, and say so, where tests/interop/.venv is missing.
          name: "interop",
          include: ["tests/interop/**/*.test.ts"],
          exclude: ["**/.venv/**", "**/node_modules/**"],
          ...common,
        },
      },
    ],
  },
});
