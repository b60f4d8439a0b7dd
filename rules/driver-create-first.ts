/** Reports what a KMDF entry acquires, registers or creates before it has created the driver object. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import type { EarlyCall } from "../lib/machine/facts.ts";

export default createRule<[{ allowReleasedOnFailure?: boolean }], EarlyCall["what"]>({
  name: "driver-create-first",
  meta: {
    type: "problem",
    docs: { description: "require the driver object to be created before anything is acquired", recommended: true },
    schema: [
      {
        type: "object",
        properties: {
          allowReleasedOnFailure: {
            type: "boolean",
            description: "Tolerate an early acquisition that is released wherever DriverEntry fails up to the creation.",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ allowReleasedOnFailure: false }],
    messages: {
      acquire:
        "`{{call}}` is called before `WdfDriverCreate` (line {{line}}): until the driver object exists, no callback releases what this acquires when `DriverEntry` fails. Create the driver object first.",
      object:
        "`{{call}}` is called before `WdfDriverCreate` (line {{line}}): an object created before the driver object has no parent, so the framework never deletes it. Create the driver object first.",
      wpp: "`{{call}}` is called before `WdfDriverCreate` (line {{line}}): if the creation fails, no callback runs to stop tracing. Create the driver object first.",
      registration:
        "`{{call}}` is called before `WdfDriverCreate` (line {{line}}): if the creation fails, no callback runs to undo the registration. Create the driver object first.",
    },
  },
  create(context) {
    const [{ allowReleasedOnFailure }] = context.options;
    return onFacts(context, ({ earlyCalls }) => {
      for (const { what, call, place, create, releasedOnFailure } of earlyCalls) {
        if (allowReleasedOnFailure === true && releasedOnFailure) continue;
        const line = String(create.loc.start.line);
        context.report({ loc: place.loc, messageId: what, data: { call, line } });
      }
    });
  },
});
