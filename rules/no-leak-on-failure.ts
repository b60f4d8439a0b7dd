/** Reports each failing exit of an entry that leaves something held. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { engine } from "../lib/deferred.ts";
import type { FailureLeak } from "../lib/machine/facts.ts";
import type { LintedFile } from "../lib/machine/linted-file.ts";
import type { Offer } from "../lib/repair/offers.ts";

export default createRule<[], "one" | "several" | "inCleanup" | "atExit">({
  name: "no-leak-on-failure",
  meta: {
    type: "problem",
    docs: { description: "disallow a failing exit of the entry that leaves a resource held", recommended: true },
    hasSuggestions: true,
    schema: [],
    messages: {
      one: "{{resources}} is still held when {{exit}}{{after}}: {{why}}. Call {{releases}} {{where}}.",
      several: "{{resources}} are still held when {{exit}}{{after}}: {{why}}. Call {{releases}} {{where}}.",
      inCleanup: "Release {{resources}} in EvtCleanupCallback.",
      atExit: "Release {{resources}} before this exit.",
    },
  },
  create(context) {
    return onFacts(context, ({ failureLeaks }, file) => {
      const leaks = failureLeaks.filter(({ resource }) => resource.kind !== "wpp");
      const { afterEach, describeHeld, fixOf, groupBy, leaves, leavingOf, list, nameOf, placeKey, releasesOf, waysOf, whyNotReleased } = engine();
      for (const group of groupBy(leaks, ({ exit }) => placeKey(exit.place))) {
        const [{ exit }] = group;
        const resources = groupBy(group, ({ resource }) => placeKey(resource.acquire))
          .map(([{ resource }]) => resource)
          .sort((left, right) => left.acquire.range[0] - right.acquire.range[0]);
        const ways = waysOf(group);
        const first = ways[0]?.held ?? [];
        context.report({
          loc: exit.place.loc,
          messageId: first.length === 1 ? "one" : "several",
          data: {
            resources: list(first.map(describeHeld)),
            exit: leaves(leavingOf(exit)),
            after: afterEach(ways),
            why: [...new Set(group.map(whyNotReleased))].join("; "),
            releases: releasesOf(resources),
            where: whereTo(group),
          },
          suggest: suggestions(file, group).map(({ messageId, edit }) => ({ messageId, data: { resources: list(resources.map(nameOf)) }, fix: fixOf(edit) })),
        });
      }
    });
  },
});

/** The callback, which also serves exits to come, before the exit itself. */
function suggestions(file: LintedFile, group: readonly FailureLeak[]): (Offer & { readonly messageId: "inCleanup" | "atExit" })[] {
  const { offered, releaseAtExit, releaseInCleanup } = engine();
  const asked = { file, rule: "no-leak-on-failure", facts: group };
  const offer = (messageId: "inCleanup" | "atExit", found: Offer | undefined): (Offer & { readonly messageId: "inCleanup" | "atExit" })[] => (found ? [{ ...found, messageId }] : []);
  return [
    ...(group.every(hasCallback) ? offer("inCleanup", offered({ ...asked, offer: "inCleanup" }, releaseInCleanup(file, group))) : []),
    ...offer("atExit", offered({ ...asked, offer: "atExit" }, releaseAtExit(file, group))),
  ];
}

/** Where the release belongs. */
function whereTo(group: readonly FailureLeak[]): string {
  if (group.every(hasCallback)) return "in EvtCleanupCallback";
  // The exception of the call that stands here: before it, all may yet go well.
  const isThrown = group.every(({ exit, failing }) => exit.how === "throw" && failing?.line === exit.place.loc.start.line);
  return isThrown ? "in a `finally`, or where the exception is caught" : "before this exit";
}

/** The driver object exists, so that a cleanup callback runs, or would run, on this way out. */
function hasCallback({ driver, resource }: FailureLeak): boolean {
  return (driver === "alive-with-cleanup" || driver === "alive-without-cleanup") && !resource.framework && resource.kind !== "wdf-device-init";
}
