/** Reports each start of WPP tracing that is not stopped on every way out: a failing exit, or the unload. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { engine } from "../lib/deferred.ts";
import type { FailureLeak, UnloadLeak } from "../lib/machine/facts.ts";

export default createRule<[], "unmatched" | "stop">({
  name: "no-unmatched-wpp-init",
  meta: {
    type: "problem",
    docs: { description: "require WPP_CLEANUP on every way out after WPP_INIT_TRACING", recommended: true },
    hasSuggestions: true,
    schema: [],
    messages: {
      unmatched: "`{{call}}`{{elsewhere}} is not followed by `{{release}}` {{exits}}: {{why}}.",
      stop: "Call `{{release}}` {{where}}.",
    },
  },
  create(context) {
    return onFacts(context, ({ failureLeaks, unloadLeaks }, file) => {
      const { elsewhere, fixOf, groupBy, list, offered, originOf, placeKey, stopTracing, whyNotReleased, whyNotUnloaded } = engine();
      const ways = [...failureLeaks, ...unloadLeaks].filter(({ resource }) => resource.kind === "wpp");
      for (const group of groupBy(ways, ({ resource }) => placeKey(resource.acquire))) {
        const [{ resource }] = group;
        const release = resource.releases[0] ?? "WPP_CLEANUP";
        const offer = offered({ file, rule: "no-unmatched-wpp-init", facts: group, offer: "stop" }, stopTracing(file, group));
        context.report({
          loc: resource.acquire.loc,
          messageId: "unmatched",
          data: {
            call: resource.call,
            elsewhere: elsewhere(originOf(resource.acquire)),
            release,
            exits: list([...new Set(group.map(exitOf))]),
            why: [...new Set(group.map((leak) => ("exit" in leak ? whyNotReleased(leak) : whyNotUnloaded(leak))))].join("; "),
          },
          suggest: offer && [{ messageId: "stop", data: { release, where: whereToStop(group) }, fix: fixOf(offer.edit) }],
        });
      }
    });
  },
});

function whereToStop(ways: readonly (FailureLeak | UnloadLeak)[]): string {
  const { list } = engine();
  const isWithDriver = ({ driver }: FailureLeak | UnloadLeak): boolean => driver === "alive-with-cleanup" || driver === "alive-without-cleanup";
  const bare = ways.filter((way) => !isWithDriver(way));
  return list([
    ...(ways.some(isWithDriver) ? ["in EvtCleanupCallback"] : []),
    ...(bare.some((way) => "exit" in way) ? ["before each failing exit"] : []),
    ...(bare.some((way) => !("exit" in way)) ? ["in the unload routine"] : []),
  ]);
}

function exitOf(leak: FailureLeak | UnloadLeak): string {
  const { failureOf, leavingOf, spotOf, wayOut } = engine();
  if (!("exit" in leak)) return wayOut("unload");
  return wayOut({ exit: { ...leavingOf(leak.exit), at: spotOf(leak.exit.place) }, failure: failureOf(leak) });
}
