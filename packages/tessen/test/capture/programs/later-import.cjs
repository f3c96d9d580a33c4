/* oxlint-disable typescript/no-require-imports -- this is what a CommonJS program does */
// A CommonJS program: the recorder first, the SDKs whenever.
const { init } = require("@tesserae/tessen");

init();
const url = process.env.SERVER_URL;
const messages = [{ role: "user", content: "Say hello." }];

async function main() {
  const RequiredOpenAI = require("openai");
  const required = new RequiredOpenAI({ apiKey: "sk-test", baseURL: `${url}/v1` });
  await required.chat.completions.create({ model: "gpt-4o", messages });
  const { default: OpenAI } = await import("openai");
  await new OpenAI({ apiKey: "sk-test", baseURL: `${url}/v1` }).chat.completions.create({ model: "gpt-4o", messages });
}

void main();
