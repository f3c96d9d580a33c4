type Body = Record<string, unknown>;

/** Cuts text into pieces of a few characters, as a provider would send it. */
export function pieces(text: string, size = 5): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += size) found.push(text.slice(at, at + size));
  return found;
}

const list = (value: unknown): Body[] => (Array.isArray(value) ? (value as Body[]) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The chunks that a chat completion could have been streamed as. */
export function chatChunksOf(body: Body): Body[] {
  const { usage, ...rest } = body;
  const choice = list(body["choices"])[0] ?? {};
  const message = choice["message"] as Body;
  const chunk = (delta: Body, more: Body = {}): Body => ({
    ...rest,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  });
  const chunks = [chunk({ role: "assistant", content: "" })];
  for (const name of ["reasoning_content", "reasoning"]) {
    for (const piece of pieces(text(message[name]))) chunks.push(chunk({ [name]: piece }));
  }
  if (message["reasoning_details"] !== undefined) {
    chunks.push(chunk({ reasoning: "", reasoning_details: message["reasoning_details"] }));
  }
  if (Array.isArray(message["content"])) chunks.push(chunk({ content: message["content"] }));
  for (const piece of pieces(text(message["content"]))) chunks.push(chunk({ content: piece }));
  for (const piece of pieces(text(message["refusal"]))) chunks.push(chunk({ refusal: piece }));
  if (message["annotations"] !== undefined) chunks.push(chunk({ annotations: message["annotations"] }));
  list(message["tool_calls"]).forEach((call, index) => {
    const { name, arguments: given } = call["function"] as Body;
    chunks.push(
      chunk({ tool_calls: [{ index, id: call["id"], type: "function", function: { name, arguments: "" } }] }),
    );
    for (const piece of pieces(text(given))) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  });
  chunks.push(chunk({}, { finish_reason: choice["finish_reason"], logprobs: choice["logprobs"] }));
  return [...chunks, { ...rest, choices: [], usage }];
}

/** The events that an Anthropic message could have been streamed as. */
export function anthropicEventsOf(body: Body): Body[] {
  const events: Body[] = [
    { type: "message_start", message: { ...body, content: [], stop_reason: null, container: undefined } },
    { type: "ping" },
  ];
  list(body["content"]).forEach((block, index) => {
    const { start, deltas } = openBlock(block);
    events.push({ type: "content_block_start", index, content_block: start });
    for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  });
  const { stop_reason, stop_details, container, usage } = body;
  return [
    ...events,
    { type: "message_delta", delta: { stop_reason, stop_details, container }, usage },
    { type: "message_stop" },
  ];
}

function openBlock(block: Body): { start: Body; deltas: Body[] } {
  const deltas: Body[] = [];
  if (block["type"] === "text") {
    for (const citation of list(block["citations"])) deltas.push({ type: "citations_delta", citation });
    for (const piece of pieces(text(block["text"]))) deltas.push({ type: "text_delta", text: piece });
    const { citations, ...rest } = block;
    return { start: { ...rest, ...(citations === undefined ? {} : { citations: [] }), text: "" }, deltas };
  }
  if (block["type"] === "thinking") {
    for (const piece of pieces(text(block["thinking"]))) deltas.push({ type: "thinking_delta", thinking: piece });
    deltas.push({ type: "signature_delta", signature: block["signature"] });
    return { start: { ...block, thinking: "", signature: "" }, deltas };
  }
  if (block["input"] !== undefined) {
    const json = JSON.stringify(block["input"], undefined, 1);
    deltas.push({ type: "input_json_delta", partial_json: "" });
    if (json !== "{}") for (const piece of pieces(json)) deltas.push({ type: "input_json_delta", partial_json: piece });
    return { start: { ...block, input: {} }, deltas };
  }
  return { start: block, deltas };
}

/** The events that a response could have been streamed as; the last one without its output, which must not be needed. */
export function responsesEventsOf(body: Body): Body[] {
  const events: Body[] = [
    { type: "response.created", response: { ...body, status: "in_progress", output: [], usage: null } },
  ];
  list(body["output"]).forEach((item, output_index) => {
    const at = { output_index, item_id: item["id"] };
    const open = item["type"] === "message" ? { ...item, content: [] } : { ...item, arguments: "", summary: [] };
    events.push({ type: "response.output_item.added", ...at, item: open });
    list(item["summary"]).forEach((part, summary_index) => {
      for (const delta of pieces(text(part["text"]))) {
        events.push({ type: "response.reasoning_summary_text.delta", ...at, summary_index, delta });
      }
    });
    if (item["type"] === "message") {
      list(item["content"]).forEach((part, content_index) => {
        for (const delta of pieces(text(part["text"]))) {
          events.push({ type: "response.output_text.delta", ...at, content_index, delta });
        }
      });
    }
    if (item["type"] === "function_call") {
      for (const delta of pieces(text(item["arguments"]))) {
        events.push({ type: "response.function_call_arguments.delta", ...at, delta });
      }
    }
    events.push({ type: "response.output_item.done", ...at, item });
  });
  const type = body["status"] === "incomplete" ? "response.incomplete" : "response.completed";
  return [...events, { type, response: { ...body, output: [] } }];
}

/** The events that a Gemini answer could have been streamed as. */
export function geminiEventsOf(body: Body): Body[] {
  const { candidates, usageMetadata, ...rest } = body;
  const candidate = list(candidates)[0] ?? {};
  const parts = list((candidate["content"] as Body | undefined)?.["parts"]);
  const events: Body[] = [];
  const push = (part: Body): void => {
    events.push({ ...rest, candidates: [{ content: { role: "model", parts: [part] } }] });
  };
  for (const part of parts) {
    if (typeof part["text"] !== "string" || part["thoughtSignature"] !== undefined) push(part);
    else for (const piece of pieces(part["text"])) push({ ...part, text: piece });
  }
  return [...events, { ...rest, candidates: [{ ...candidate, content: {} }], usageMetadata }];
}
