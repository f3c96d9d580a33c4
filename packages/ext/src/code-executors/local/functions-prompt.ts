import { renderPythonStub, ValueError, type FunctionWithRequirementsStr } from "@tesserae/core";

/** The default template of a prompt that tells a model which functions its code may use. */
export const FUNCTIONS_PROMPT_TEMPLATE = `These Python functions are ready for your code. They are in the module \`$module_name\`; to use one, start with \`from $module_name import\` and its name.

$functions`;

const PLACEHOLDER = /\$(?:(\$)|([a-z_]\w*)|\{([a-z_]\w*)\}|)/gi;

/**
 * Fills a prompt template: `$module_name` (also `\${module_name}`) and `$functions`, the stubs with a blank line
 * between them; `$$` is a dollar sign.
 *
 * @throws {ValueError} for any other placeholder.
 */
export function fillFunctionsTemplate(
  template: string,
  module: string,
  functions: readonly FunctionWithRequirementsStr[],
): string {
  return template.replaceAll(PLACEHOLDER, (text, dollar?: string, plain?: string, braced?: string) => {
    if (dollar !== undefined) return "$";
    const name = plain ?? braced;
    if (name === "module_name") return module;
    if (name === "functions") return functions.map(renderPythonStub).join("\n\n");
    throw new ValueError(
      `The template has the placeholder ${JSON.stringify(text)}; it may have $module_name and $functions, and $$ for a dollar sign.`,
    );
  });
}
