import { describe, expect, test } from "vitest";
import { HostCatalogue } from "./host-catalogue.ts";

const hosts = new HostCatalogue(["my-gateway:8080", "*.corp.example"], {
  OPENAI_BASE_URL: "https://proxy.example/v1",
  ANTHROPIC_BASE_URL: " http://localhost:9999 ",
  OLLAMA_HOST: "0.0.0.0:11434",
  GOOGLE_GEMINI_BASE_URL: "::not an address::",
});

describe("a listed host has its provider", () => {
  test.each([
    ["api.openai.com", "openai"],
    ["API.OpenAI.com", "openai"],
    ["mine.openai.azure.com", "azure_openai"],
    ["us-central1-aiplatform.googleapis.com", "vertex"],
    ["bedrock-runtime.eu-west-1.amazonaws.com", "bedrock"],
    ["localhost:11434", "ollama"],
    ["proxy.example", "openai"],
    ["localhost:9999", "anthropic"],
    ["my-gateway:8080", "custom"],
    ["a.corp.example", "custom"],
    ["a.corp.example:8443", "custom"],
  ])("%s is %s", (host, provider) => {
    expect(hosts.providerOf(host)).toBe(provider);
  });
});

describe("any other host has none", () => {
  test.each([
    "example.com",
    "api.openai.com.evil.example",
    "xapi.openai.com",
    "localhost",
    "localhost:8080",
    "my-gateway",
    "apixopenai.com",
  ])("%s", (host) => expect(hosts.providerOf(host)).toBeUndefined());
});

test("many stars are one: no host takes for ever to compare", () => {
  expect(new HostCatalogue([`${"*".repeat(3000)}x`], {}).providerOf("a".repeat(200))).toBeUndefined();
  expect(new HostCatalogue(["**.b.example"], {}).providerOf("a.b.example")).toBe("custom");
});
