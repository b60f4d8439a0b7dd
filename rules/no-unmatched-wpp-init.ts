/** Reports each start of WPP tracing that is not stopped on every way out: a failing exit, or the unload. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import type { FailureLeak, UnloadLeak } from "../lib/machine/facts.ts";
import { after, groupBy, leaves, list, placeKey, whyNotReleased, whyNotUnloaded } from "../lib/wording.ts";

export default createRule<[], "unmatched">({
  name: "no-unmatched-wpp-init",
  meta: {
    type: "problem",
    docs: { description: "require WPP_CLEANUP on every way out after WPP_INIT_TRACING", recommended: true },
    schema: [],
    messages: {
      unmatched: "`{{call}}` is not followed by `{{release}}` {{exits}}: {{why}}.",
    },
  },
  create(context) {
    return onFacts(context, ({ failureLeaks, unloadLeaks }) => {
      const ways = [...failureLeaks, ...unloadLeaks].filter(({ resource }) => resource.kind === "wpp");
      for (const group of groupBy(ways, ({ resource }) => placeKey(resource.acquire))) {
        const [{ resource }] = group;
        context.report({
          loc: resource.acquire.loc,
          messageId: "unmatched",
          data: {
            call: resource.call,
            release: resource.releases[0] ?? "WPP_CLEANUP",
            exits: list([...new Set(group.map(wayOut))]),
            why: [...new Set(group.map((leak) => ("exit" in leak ? whyNotReleased(leak) : whyNotUnloaded(leak))))].join("; "),
          },
        });
      }
    });
  },
});

function wayOut(leak: FailureLeak | UnloadLeak): string {
  if (!("exit" in leak)) return "when the driver is unloaded";
  const line = String(leak.exit.place.loc.start.line);
  return `when ${leaves(leak.exit)} on line ${line}${after([leak])}`;
}
