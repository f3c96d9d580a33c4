import type { BaseOpenAIOptions } from "./options.ts";

/** Gives a token of Microsoft Entra ID; asked for each request, so that it can renew what expires. */
export type AzureTokenSource = () => string | Promise<string>;

/** A token source that is an object, such as a component. */
export interface AzureTokenProviderLike {
  getToken(): string | Promise<string>;
}

/** Options of an `AzureOpenAIChatCompletionClient`. */
export interface AzureOpenAIOptions extends BaseOpenAIOptions {
  /** The address of the resource, such as `https://NAME.openai.azure.com`. Required. */
  readonly azureEndpoint: string;
  /** The deployment. Default: the model's name. */
  readonly azureDeployment?: string | null | undefined;
  /** The version of the API, such as `2024-10-21`. Required. */
  readonly apiVersion: string;
  /** A token of Microsoft Entra ID. Default: `AZURE_OPENAI_AD_TOKEN`. */
  readonly azureAdToken?: string | null | undefined;
  readonly azureAdTokenProvider?: AzureTokenSource | AzureTokenProviderLike | null | undefined;
}
