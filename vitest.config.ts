import { defineConfig } from "vitest/config";

/** Tests run from the sources: the `source` export condition resolves workspace packages to `src`. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"], externalConditions: ["source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts", "tests/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
