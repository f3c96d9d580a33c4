import { ValueError } from "@tesserae/core";

const FIELD = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Fills a template written for Python's `str.format`: `{name}` is a value, `{{` and `}}` are braces.
 * Text stands as it is, everything else as compact JSON.
 * @throws ValueError for a name that has no value and for a single brace.
 */
export function fillTemplate(template: string, values: { readonly [name: string]: unknown }): string {
  return template.replace(FIELD, (match, name: string | undefined) => {
    if (match === "{{") return "{";
    if (match === "}}") return "}";
    if (name === undefined) {
      throw new ValueError(
        `A single "${match}" in the template ${quote(template)}. Write "${match}${match}" for the brace itself.`,
      );
    }
    if (!Object.hasOwn(values, name)) {
      throw new ValueError(
        `The template ${quote(template)} asks for {${name}}, but there is only ${Object.keys(values).join(", ")}.`,
      );
    }
    return toTemplateText(values[name]);
  });
}

function toTemplateText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function quote(template: string): string {
  return JSON.stringify(template.length > 80 ? `${template.slice(0, 80)}…` : template);
}
