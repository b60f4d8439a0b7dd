/** Reports a field of attributes or of a config that is set where it has no effect. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import type { LostField } from "../lib/machine/facts.ts";

export default createRule<[], LostField["how"]>({
  name: "no-lost-attributes",
  meta: {
    type: "problem",
    docs: { description: "disallow fields of attributes or a config that are set where they have no effect", recommended: true },
    schema: [],
    messages: {
      wiped: "`{{struct}}.{{field}}` is lost: `{{call}}` on line {{line}} clears the whole structure. Set it after that call.",
      dead: "`{{struct}}.{{field}}` has no effect: `{{call}}` on line {{line}} has already copied the structure. Set it before that call.",
      unpassed:
        "`{{struct}}.{{field}}` has no effect: `{{call}}` on line {{line}} is given null instead of `{{struct}}`. Pass `{{struct}}` to it.",
    },
  },
  create(context) {
    return onFacts(context, ({ lostFields }) => {
      for (const { place, field, struct, how, by } of lostFields) {
        const line = String(by.place.loc.start.line);
        context.report({ loc: place.loc, messageId: how, data: { struct, field, call: by.call, line } });
      }
    });
  },
});
