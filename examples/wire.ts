/** A provider's stream, read without a client; and what a model can do and costs. */
import { SseDecoder, createOpenAIChatAssembler, cutStreamError } from "@tesserae/wire";
import { ModelCatalogue } from "@tesserae/wire/catalogue";
import { encodeOpenAIChatStream } from "@tesserae/wire/scripted";

const encoder = new TextEncoder();
const socket = encodeOpenAIChatStream({ model: "gpt-4o", text: "Small tiles." }).map((text) => encoder.encode(text));

//#region stream
const decoder = new SseDecoder();
const assembler = createOpenAIChatAssembler();
for (const bytes of socket) {
  for (const event of decoder.push(bytes)) {
    for (const delta of assembler.pushData(event.data)) {
      if (delta.type === "text") console.log(delta.text);
    }
  }
}
const response = assembler.finish();
if (!response.complete) console.error((response.error ?? cutStreamError()).message);
//#endregion
console.log(response.text, response.finishReason);

//#region catalogue
const catalogue = new ModelCatalogue();
console.log(catalogue.lookup("gpt-4o")?.contextWindow);
catalogue.register("my-model", { price: { input: 100_000, output: 400_000 } }); // pico-dollars a token
console.log(catalogue.price("my-model")?.price.output);
//#endregion
