/** All rules, by name: the one list that everything else is derived from. */
import driverCreateFirst from "./driver-create-first.ts";
import noLeakOnFailure from "./no-leak-on-failure.ts";
import noLeakOnUnload from "./no-leak-on-unload.ts";
import noLostAttributes from "./no-lost-attributes.ts";
import noUnmatchedWppInit from "./no-unmatched-wpp-init.ts";
import preferCleanupCallback from "./prefer-cleanup-callback.ts";
import requireDriverCleanup from "./require-driver-cleanup.ts";

export const rules = {
  "driver-create-first": driverCreateFirst,
  "no-leak-on-failure": noLeakOnFailure,
  "no-leak-on-unload": noLeakOnUnload,
  "no-lost-attributes": noLostAttributes,
  "no-unmatched-wpp-init": noUnmatchedWppInit,
  "prefer-cleanup-callback": preferCleanupCallback,
  "require-driver-cleanup": requireDriverCleanup,
};
