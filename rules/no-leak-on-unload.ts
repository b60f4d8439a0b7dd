/** Reports each acquisition that neither the unload routine nor the cleanup callback releases. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { engine } from "../lib/deferred.ts";

export default createRule<[], "held" | "inCleanup" | "inUnload">({
  name: "no-leak-on-unload",
  meta: {
    type: "problem",
    docs: { description: "disallow a resource that is still held when the driver has been unloaded", recommended: true },
    hasSuggestions: true,
    schema: [],
    messages: {
      held: "{{resource}} is still held when the driver has been unloaded: {{why}}. Call {{releases}} there.",
      inCleanup: "Release {{resource}} in EvtCleanupCallback.",
      inUnload: "Release {{resource}} in the unload routine.",
    },
  },
  create(context) {
    return onFacts(context, ({ unloadLeaks }, file) => {
      const { acquiredHere, fixOf, groupBy, nameOf, offered, placeKey, releaseInCleanup, releaseInUnload, releasesOf, whyNotUnloaded } = engine();
      const leaks = unloadLeaks.filter(({ resource }) => resource.kind !== "wpp");
      for (const [leak] of groupBy(leaks, ({ resource }) => placeKey(resource.acquire))) {
        const { resource } = leak;
        const isWdm = leak.driver === "none" || leak.driver === "failed";
        const offer = offered({ file, rule: "no-leak-on-unload", facts: [leak], offer: isWdm ? "inUnload" : "inCleanup" }, isWdm ? releaseInUnload(file, [leak]) : releaseInCleanup(file, [leak]));
        context.report({
          loc: resource.acquire.loc,
          messageId: "held",
          data: { resource: acquiredHere(resource), why: whyNotUnloaded(leak), releases: releasesOf([resource]) },
          suggest: offer && [{ messageId: isWdm ? "inUnload" : "inCleanup", data: { resource: nameOf(resource) }, fix: fixOf(offer.edit) }],
        });
      }
    });
  },
});
