export { errorOfResponse, errorOfStreamEvent, type FailedResponse } from "./classify.ts";
export { headerOf, type HeaderSource } from "./headers.ts";
export { isRetryableKind, type ProviderError, type ProviderErrorKind } from "./provider-error.ts";
export { requestIdOf, retryAfterOf, shouldRetryOf } from "./retry-hint.ts";
export { cutStreamError, errorOfTransport, malformedError } from "./transport.ts";
