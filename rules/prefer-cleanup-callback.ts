/** Reports a release that stands only in EvtDriverUnload and could stand in EvtCleanupCallback. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { describe, placeKey } from "../lib/wording.ts";

export default createRule<[], "unloadOnly">({
  name: "prefer-cleanup-callback",
  meta: {
    type: "suggestion",
    docs: { description: "require releases to stand in EvtCleanupCallback rather than in EvtDriverUnload", recommended: false },
    schema: [],
    messages: {
      unloadOnly:
        "`{{call}}` releases {{resource}} only in EvtDriverUnload, which is not called when `DriverEntry` fails: a failure added later would leak it. Release it in {{cleanup}}, which runs either way.",
    },
  },
  create(context) {
    return onFacts(context, ({ unloadOnlyReleases, failureLeaks }) => {
      // Where a failing exit needs the release already, no-leak-on-failure tells it.
      const leaked = new Set(failureLeaks.map(({ resource }) => placeKey(resource.acquire)));
      for (const { resource, place, call, cleanup } of unloadOnlyReleases) {
        if (leaked.has(placeKey(resource.acquire))) continue;
        context.report({
          loc: place.loc,
          messageId: "unloadOnly",
          data: { call, resource: describe(resource), cleanup: cleanup === undefined ? "EvtCleanupCallback" : `\`${cleanup}\`` },
        });
      }
    });
  },
});
