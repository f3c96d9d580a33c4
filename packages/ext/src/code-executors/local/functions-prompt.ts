import { renderJavaScriptStub, renderPythonStub, ValueError } from "@tesserae/core";
import { splitFunctions, type ExecutorFunction } from "./executor-functions.ts";
import { javaScriptModuleFile } from "./javascript-functions.ts";

/** The default template of a prompt that tells a model which functions its code may use. */
export const FUNCTIONS_PROMPT_TEMPLATE = `These Python functions are ready for your code. They are in the module \`$module_name\`; to use one, start with \`from $module_name import\` and its name.

$functions`;

/** The same for functions of JavaScript. */
const JAVASCRIPT_PROMPT_TEMPLATE = `These JavaScript functions are ready for your code. They are in the module \`$module_name\`; to use one, start with \`import { NAME } from "$module_name";\` with its name.

$functions`;

const PLACEHOLDER = /\$(?:(\$)|([a-z_]\w*)|\{([a-z_]\w*)\}|)/gi;

/**
 * Fills a prompt template: `$module_name` (also `\${module_name}`) and `$functions`, the stubs with a blank line
 * between them; `$$` is a dollar sign.
 *
 * @throws {ValueError} for any other placeholder.
 */
function fillTemplate(template: string, module: string, stubs: readonly string[]): string {
  return template.replaceAll(PLACEHOLDER, (text, dollar?: string, plain?: string, braced?: string) => {
    if (dollar !== undefined) return "$";
    const name = plain ?? braced;
    if (name === "module_name") return module;
    if (name === "functions") return stubs.join("\n\n");
    throw new ValueError(
      `The template has the placeholder ${JSON.stringify(text)}; it may have $module_name and $functions, and $$ for a dollar sign.`,
    );
  });
}

/**
 * Tells a model which functions its code may use: the template, filled for the functions of Python and then for those of
 * JavaScript, as far as there are any (for Python also when there are none).
 *
 * @throws {ValueError} for a placeholder that is not known.
 */
export function fillFunctionsTemplate(
  template: string | undefined,
  module: string,
  functions: readonly ExecutorFunction[],
): string {
  const { python, javaScript } = splitFunctions(functions);
  const parts: string[] = [];
  if (python.length > 0 || javaScript.length === 0) {
    parts.push(fillTemplate(template ?? FUNCTIONS_PROMPT_TEMPLATE, module, python.map(renderPythonStub)));
  }
  if (javaScript.length > 0) {
    const stubs = javaScript.map(renderJavaScriptStub);
    parts.push(fillTemplate(template ?? JAVASCRIPT_PROMPT_TEMPLATE, `./${javaScriptModuleFile(module)}`, stubs));
  }
  return parts.join("\n\n");
}
