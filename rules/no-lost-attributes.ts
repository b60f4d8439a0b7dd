/** Reports a field of attributes or of a config that is set where it has no effect. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import type { LostField } from "../lib/machine/facts.ts";
import { fixOf } from "../lib/repair/edit.ts";
import { offered } from "../lib/repair/offers.ts";
import { passAttributes } from "../lib/repair/suggestions.ts";

export default createRule<[], LostField["how"] | "pass">({
  name: "no-lost-attributes",
  meta: {
    type: "problem",
    docs: { description: "disallow fields of attributes or a config that are set where they have no effect", recommended: true },
    schema: [],
    hasSuggestions: true,
    messages: {
      wiped: "`{{struct}}.{{field}}` is lost: `{{call}}` on line {{line}} clears the whole structure. Set it after that call.",
      dead: "`{{struct}}.{{field}}` has no effect: `{{call}}` on line {{line}} has already copied the structure. Set it before that call.",
      unpassed:
        "`{{struct}}.{{field}}` has no effect: `{{call}}` on line {{line}} is given null instead of `{{struct}}`. Pass `{{struct}}` to it.",
      pass: "Pass `{{struct}}` to `{{call}}`.",
    },
  },
  create(context) {
    return onFacts(context, ({ lostFields }, file) => {
      for (const lost of lostFields) {
        const { place, field, struct, how, by } = lost;
        const line = String(by.place.loc.start.line);
        const offer = how === "unpassed" ? offered("no-lost-attributes", passAttributes(file, lost)) : undefined;
        context.report({
          loc: place.loc,
          messageId: how,
          data: { struct, field, call: by.call, line },
          suggest: offer && [{ messageId: "pass", data: { struct, call: by.call }, fix: fixOf(offer.edit) }],
        });
      }
    });
  },
});
