/** Reports each acquisition that neither the unload routine nor the cleanup callback releases. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { acquiredHere, groupBy, placeKey, releasesOf, whyNotUnloaded } from "../lib/wording.ts";

export default createRule<[], "held">({
  name: "no-leak-on-unload",
  meta: {
    type: "problem",
    docs: { description: "disallow a resource that is still held when the driver has been unloaded", recommended: true },
    schema: [],
    messages: {
      held: "{{resource}} is still held when the driver has been unloaded: {{why}}. Call {{releases}} there.",
    },
  },
  create(context) {
    return onFacts(context, ({ unloadLeaks }) => {
      const leaks = unloadLeaks.filter(({ resource }) => resource.kind !== "wpp");
      for (const [leak] of groupBy(leaks, ({ resource }) => placeKey(resource.acquire))) {
        const { resource } = leak;
        context.report({
          loc: resource.acquire.loc,
          messageId: "held",
          data: { resource: acquiredHere(resource), why: whyNotUnloaded(leak), releases: releasesOf([resource]) },
        });
      }
    });
  },
});
