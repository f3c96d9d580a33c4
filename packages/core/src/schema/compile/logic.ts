import { every, type Check } from "./check.ts";
import { beside, type CompileContext, type Place } from "./context.ts";
import { malformed, read, readList, type Keywords } from "./read.ts";

/** The keywords `allOf`, `not` and `if` with `then` and `else`. */
export function compileLogic(context: CompileContext, schema: Keywords, place: Place): readonly Check[] {
  const { pointer, covered } = place;
  const checks: Check[] = [];
  const all = readList(schema, "allOf", pointer);
  if (all !== undefined) {
    if (all.length === 0) throw malformed(pointer, "allOf", "a list with at least one schema");
    checks.push(every(all.map((part, index) => context.compile(part, beside(place, `/allOf/${index}`, covered)))));
  }
  const not = read(schema, "not");
  if (not !== undefined) {
    const check = context.compile(not, beside(place, "/not", true));
    const what =
      check.expects === undefined
        ? "something that does not have the form described under not"
        : `anything but ${check.expects}`;
    checks.push({
      test: (value) => !check.test(value),
      report: (value, run) => {
        if (check.test(value)) run.add(`${pointer}/not`, "not", `expected ${what}`);
      },
    });
  }
  const condition = read(schema, "if");
  if (condition !== undefined) {
    const branch = (keyword: string): Check | undefined => {
      const part = read(schema, keyword);
      return part === undefined ? undefined : context.compile(part, beside(place, `/${keyword}`, covered));
    };
    checks.push(conditional(context.compile(condition, beside(place, "/if", true)), branch("then"), branch("else")));
  }
  return checks;
}

function conditional(condition: Check, yes: Check | undefined, no: Check | undefined): Check {
  const choose = (value: unknown): Check | undefined => (condition.test(value) ? yes : no);
  return {
    test: (value) => choose(value)?.test(value) !== false,
    report: (value, run) => choose(value)?.report(value, run),
    transform:
      yes?.transform === undefined && no?.transform === undefined
        ? undefined
        : (value, run) => {
            const change = choose(value)?.transform;
            return change === undefined ? value : change(value, run);
          },
  };
}
