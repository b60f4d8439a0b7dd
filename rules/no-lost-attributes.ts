/** Reports a field of attributes or of a config that is set where it has no effect. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { engine } from "../lib/deferred.ts";
import type { LostField } from "../lib/machine/facts.ts";
import type { LintedFile } from "../lib/machine/linted-file.ts";
import type { Edit } from "../lib/repair/edit.ts";

type MessageIds = LostField["how"] | "pass" | "setAndPass" | "release";

export default createRule<[], MessageIds>({
  name: "no-lost-attributes",
  meta: {
    type: "problem",
    docs: { description: "disallow fields of attributes or a config that are set where they have no effect", recommended: true },
    fixable: "code",
    hasSuggestions: true,
    schema: [],
    messages: {
      wiped: "`{{struct}}.{{field}}`{{elsewhere}} is lost: `{{call}}` {{at}} clears the whole structure. Set it after that call{{obstacle}}.",
      dead: "`{{struct}}.{{field}}`{{elsewhere}} has no effect: `{{call}}` {{at}} has already copied the structure. Set it before that call{{obstacle}}.",
      unpassed:
        "`{{struct}}.{{field}}`{{elsewhere}} has no effect: `{{call}}` {{at}} is given null instead of `{{struct}}`. Pass `{{struct}}` to it.",
      pass: "Pass `{{struct}}` to `{{call}}`.",
      setAndPass: "Set `{{struct}}.{{field}}` in time, and pass `{{struct}}`.",
      release: "Give `{{struct}}.{{field}}` its effect, and release {{resources}}, which would be left behind then.",
    },
  },
  create(context) {
    return onFacts(context, ({ lostFields }, file) => {
      if (lostFields.length === 0) return;
      const { at, elsewhere, fixOf, isRefusal, originOf, setInTime, spotOf } = engine();
      const repairs = setInTime(file, lostFields);
      for (const lost of lostFields) {
        const { place, field, struct, how, by } = lost;
        const repair = repairs.get(lost);
        const obstacle = repair && isRefusal(repair) ? ` (\`--fix\` leaves it: ${repair.words})` : "";
        const suggestion = repair && !isRefusal(repair) ? undefined : suggested(file, lost);
        context.report({
          loc: place.loc,
          messageId: how,
          data: { struct, field, call: by.call, elsewhere: elsewhere(originOf(place)), at: at(spotOf(by.place)), ...(how === "unpassed" ? {} : { obstacle }) },
          fix: repair && !isRefusal(repair) ? fixOf(repair.edit) : null,
          suggest: suggestion && [{ messageId: suggestion.messageId, data: suggestion.data, fix: fixOf(suggestion.edit) }],
        });
      }
    });
  },
});

/** What an editor can do where there is no fix. */
interface Suggestion {
  readonly messageId: "pass" | "setAndPass" | "release";
  readonly data: Record<string, string>;
  readonly edit: Edit;
}

/** The attributes passed; or all that it takes for the field to have its effect. */
function suggested(file: LintedFile, lost: LostField): Suggestion | undefined {
  const { completed, isRefusal, list, nameOf, offered, passAttributes } = engine();
  const { field, struct, how, by } = lost;
  const passed = how === "unpassed" ? passAttributes(file, lost) : undefined;
  if (passed && "edit" in passed && !("refusal" in passed)) return { messageId: "pass", data: { struct, call: by.call }, edit: passed.edit };
  const made = completed(file, lost);
  if (isRefusal(made)) {
    if (passed) offered({ file, rule: "no-lost-attributes", facts: [lost], offer: "pass" }, passed);
    return undefined;
  }
  const { edit, releases } = made;
  if (releases.length === 0) return { messageId: "setAndPass", data: { struct, field }, edit };
  return { messageId: "release", data: { struct, field, resources: list(releases.map(nameOf)) }, edit };
}
