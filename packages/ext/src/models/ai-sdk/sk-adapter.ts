import { warnOnce } from "../shared/warn.ts";
import { AISDKChatCompletionAdapter } from "./adapter.ts";
import type { AISDKOptions } from "./options.ts";

/** The name under which AutoGen's users know the adapter for foreign models. @deprecated Use {@link AISDKChatCompletionAdapter}. */
export class SKChatCompletionAdapter extends AISDKChatCompletionAdapter {
  constructor(options: AISDKOptions) {
    super(options);
    warnOnce(
      "TESSERAE_DEPRECATED_OPTION",
      "SKChatCompletionAdapter is AISDKChatCompletionAdapter here: it takes models of the AI SDK. Use the new name.",
    );
  }
}
