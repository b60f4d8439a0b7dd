/** Reports a WdfDriverCreate whose attributes carry no EvtCleanupCallback. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { engine } from "../lib/deferred.ts";
import type { Facts, MissingCleanup } from "../lib/machine/facts.ts";

type MessageIds = "leaking" | "acquiring" | "always";

export default createRule<[{ when?: MessageIds }], MessageIds | "register">({
  name: "require-driver-cleanup",
  meta: {
    type: "problem",
    docs: { description: "require an EvtCleanupCallback on the driver object", recommended: true },
    hasSuggestions: true,
    schema: [
      {
        type: "object",
        properties: {
          when: {
            type: "string",
            enum: ["acquiring", "leaking", "always"],
            description: "Which driver objects need the callback.",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ when: "acquiring" }],
    messages: {
      leaking:
        "The driver object is created{{elsewhere}} {{how}}, and there are ways out on which nothing else releases {{resources}}. Set EvtCleanupCallback, which runs both when `DriverEntry` fails and when the driver is unloaded.",
      acquiring:
        "The driver object is created{{elsewhere}} {{how}}, but the driver has to release {{resources}}, and EvtDriverUnload is not called when `DriverEntry` fails. Set EvtCleanupCallback, which runs then as well as when the driver is unloaded.",
      always:
        "The driver object is created{{elsewhere}} {{how}}. Set EvtCleanupCallback, which runs both when `DriverEntry` fails and when the driver is unloaded.",
      register: "Set an EvtCleanupCallback that releases {{resources}}.",
    },
  },
  create(context) {
    const [{ when = "acquiring" }] = context.options;
    return onFacts(context, (facts, file) => {
      const { describe, elsewhere, fixOf, list, nameOf, offered, originOf, registerCleanup } = engine();
      for (const missing of facts.missingCleanups) {
        const messageId = reasonFor(missing);
        const asked = when === "always" || (when === "leaking" ? missing.leaked : missing.held).length > 0;
        if (!asked || isExplained(missing, facts)) continue;
        const resources = list((messageId === "leaking" ? missing.leaked : missing.held).map(describe));
        const owed = [...new Set([...missing.held, ...missing.leaked])].map(nameOf);
        const offer = owed.length > 0 ? offered({ file, rule: "require-driver-cleanup", facts: [missing], offer: "register" }, registerCleanup(file, missing)) : undefined;
        context.report({
          loc: missing.place.loc,
          messageId,
          data: { elsewhere: elsewhere(originOf(missing.place)), how: HOW[missing.why], resources },
          suggest: offer && [{ messageId: "register", data: { resources: list(owed) }, fix: fixOf(offer.edit) }],
        });
      }
    });
  },
});

const HOW: Record<MissingCleanup["why"], string> = {
  null: "without attributes, and so without an EvtCleanupCallback",
  unset: "with attributes that carry no EvtCleanupCallback",
};

function reasonFor({ leaked, held }: MissingCleanup): MessageIds {
  if (leaked.length > 0) return "leaking";
  return held.length > 0 ? "acquiring" : "always";
}

/** The callback was set, but its assignment is lost: `no-lost-attributes` tells that. */
function isExplained({ why }: MissingCleanup, { lostFields }: Facts): boolean {
  return lostFields.some(({ field, how }) => field === "EvtCleanupCallback" && (how === "unpassed") === (why === "null"));
}
