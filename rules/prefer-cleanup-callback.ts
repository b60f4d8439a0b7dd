/** Reports a release that stands only in EvtDriverUnload and could stand in EvtCleanupCallback. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { engine } from "../lib/deferred.ts";

export default createRule<[], "unloadOnly" | "move">({
  name: "prefer-cleanup-callback",
  meta: {
    type: "suggestion",
    docs: { description: "require releases to stand in EvtCleanupCallback rather than in EvtDriverUnload", recommended: false },
    fixable: "code",
    hasSuggestions: true,
    schema: [],
    messages: {
      unloadOnly:
        "`{{call}}`{{elsewhere}} releases {{resource}} only in EvtDriverUnload, which is not called when `DriverEntry` fails: a failure added later would leak it. Release it in {{cleanup}}, which runs either way{{obstacle}}.",
      move: "Release {{resource}} in an EvtCleanupCallback.",
    },
  },
  create(context) {
    return onFacts(context, (facts, file) => {
      const { describe, elsewhere, fixOf, intoCleanup, intoNewCleanup, isRefusal, nameOf, originOf, unloadOnly } = engine();
      const reported = unloadOnly(facts);
      if (reported.length === 0) return;
      const repairs = intoCleanup(file, reported);
      for (const release of reported) {
        const { resource, place, call, cleanup } = release;
        const repair = repairs.get(release);
        // What both release without asking is not for an edit to decide.
        const offer = repair && isRefusal(repair) && repair.reason !== "double-release" ? intoNewCleanup(file, release) : undefined;
        context.report({
          loc: place.loc,
          messageId: "unloadOnly",
          data: {
            call,
            elsewhere: elsewhere(originOf(place)),
            resource: describe(resource),
            cleanup: cleanup === undefined ? "EvtCleanupCallback" : `\`${cleanup}\``,
            obstacle: repair && isRefusal(repair) ? ` (\`--fix\` leaves it: ${repair.words})` : "",
          },
          fix: repair && !isRefusal(repair) ? fixOf(repair.edit) : null,
          suggest: offer && !isRefusal(offer) ? [{ messageId: "move", data: { resource: nameOf(resource) }, fix: fixOf(offer.edit) }] : undefined,
        });
      }
    });
  },
});
