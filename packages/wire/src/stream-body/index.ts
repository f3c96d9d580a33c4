export { createStreamBody, type StreamBody } from "./stream-body.ts";
export { streamOfBody, type StreamOfBodyOptions } from "./stream-of-body.ts";
