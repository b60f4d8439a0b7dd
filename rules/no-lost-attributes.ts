/** Reports a field of attributes or of a config that is set where it has no effect. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import type { LostField } from "../lib/machine/facts.ts";
import { fixOf, isRefusal } from "../lib/repair/edit.ts";
import { setInTime } from "../lib/repair/lost-fields.ts";
import { offered } from "../lib/repair/offers.ts";
import { passAttributes } from "../lib/repair/suggestions.ts";

export default createRule<[], LostField["how"] | "pass">({
  name: "no-lost-attributes",
  meta: {
    type: "problem",
    docs: { description: "disallow fields of attributes or a config that are set where they have no effect", recommended: true },
    fixable: "code",
    hasSuggestions: true,
    schema: [],
    messages: {
      wiped: "`{{struct}}.{{field}}` is lost: `{{call}}` on line {{line}} clears the whole structure. Set it after that call{{obstacle}}.",
      dead: "`{{struct}}.{{field}}` has no effect: `{{call}}` on line {{line}} has already copied the structure. Set it before that call{{obstacle}}.",
      unpassed:
        "`{{struct}}.{{field}}` has no effect: `{{call}}` on line {{line}} is given null instead of `{{struct}}`. Pass `{{struct}}` to it.",
      pass: "Pass `{{struct}}` to `{{call}}`.",
    },
  },
  create(context) {
    return onFacts(context, ({ lostFields }, file) => {
      if (lostFields.length === 0) return;
      const repairs = setInTime(file, lostFields);
      for (const lost of lostFields) {
        const { place, field, struct, how, by } = lost;
        const repair = repairs.get(lost);
        const obstacle = repair && isRefusal(repair) ? ` (\`--fix\` leaves it: ${repair.words})` : "";
        const offer = how === "unpassed" ? offered({ file, rule: "no-lost-attributes", facts: [lost], offer: "pass" }, passAttributes(file, lost)) : undefined;
        context.report({
          loc: place.loc,
          messageId: how,
          data: { struct, field, call: by.call, line: String(by.place.loc.start.line), ...(how === "unpassed" ? {} : { obstacle }) },
          fix: repair && !isRefusal(repair) ? fixOf(repair.edit) : null,
          suggest: offer && [{ messageId: "pass", data: { struct, call: by.call }, fix: fixOf(offer.edit) }],
        });
      }
    });
  },
});
