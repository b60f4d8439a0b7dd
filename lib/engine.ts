/** All that the rules use once a file concerns them: the machine, the repairs, the words. */
export { analyse } from "./machine/loader.ts";
export { completed } from "./repair/completed.ts";
export { driverFirst } from "./repair/create-first.ts";
export { fixOf, isRefusal } from "./repair/edit.ts";
export { setInTime } from "./repair/lost-fields.ts";
export { offered } from "./repair/offers.ts";
export { passAttributes, registerCleanup, releaseAtExit, releaseInCleanup, releaseInUnload, stopTracing } from "./repair/suggestions.ts";
export { intoCleanup, intoNewCleanup, unloadOnly } from "./repair/unload.ts";
export { afterEach, at, bare, elsewhere, leaves, list, wayOut, describe as describeHeld } from "./report/path-text.ts";
export { placeSource } from "./source/modules.ts";
export { acquiredHere, describe, failureOf, groupBy, leavingOf, nameOf, originOf, placeKey, releasesOf, spotOf, waysOf, whyNotReleased, whyNotUnloaded } from "./wording.ts";
