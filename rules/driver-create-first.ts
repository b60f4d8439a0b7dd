/** Reports what a KMDF entry acquires, registers or creates before it has created the driver object. */
import { createRule, onFacts } from "../lib/create-rule.ts";
import { engine } from "../lib/deferred.ts";
import type { EarlyCall } from "../lib/machine/facts.ts";

export default createRule<[{ allowReleasedOnFailure?: boolean }], EarlyCall["what"] | "move">({
  name: "driver-create-first",
  meta: {
    type: "problem",
    docs: { description: "require the driver object to be created before anything is acquired", recommended: true },
    fixable: "code",
    hasSuggestions: true,
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
        "`{{call}}`{{elsewhere}} is called before `WdfDriverCreate` ({{line}}): until the driver object exists, no callback releases what this acquires when `DriverEntry` fails. Create the driver object first{{obstacle}}.",
      object:
        "`{{call}}`{{elsewhere}} is called before `WdfDriverCreate` ({{line}}): an object created before the driver object has no parent, so the framework never deletes it. Create the driver object first{{obstacle}}.",
      wpp: "`{{call}}`{{elsewhere}} is called before `WdfDriverCreate` ({{line}}): if the creation fails, no callback runs to stop tracing. Create the driver object first{{obstacle}}.",
      registration:
        "`{{call}}`{{elsewhere}} is called before `WdfDriverCreate` ({{line}}): if the creation fails, no callback runs to undo the registration. Create the driver object first{{obstacle}}.",
      move: "Create the driver object before `{{call}}`. It could not be shown that the order does not matter: {{doubt}}.",
    },
  },
  create(context) {
    const [{ allowReleasedOnFailure }] = context.options;
    return onFacts(context, ({ earlyCalls }, file) => {
      const reported = earlyCalls.filter(({ releasedOnFailure }) => allowReleasedOnFailure !== true || !releasedOnFailure);
      if (reported.length === 0) return;
      const { bare, driverFirst, elsewhere, fixOf, isRefusal, originOf, spotOf } = engine();
      const repairs = driverFirst(file, reported);
      for (const early of reported) {
        const { what, call, place, create } = early;
        const repair = repairs.get(early);
        const edit = repair && !isRefusal(repair) ? repair : undefined;
        const refusal = repair && isRefusal(repair) ? repair : edit?.doubt;
        context.report({
          loc: place.loc,
          messageId: what,
          data: {
            call,
            elsewhere: elsewhere(originOf(place)),
            line: bare(spotOf(create)),
            obstacle: refusal ? ` (\`--fix\` leaves it: ${refusal.words})` : "",
          },
          fix: edit && !edit.doubt ? fixOf(edit.edit) : null,
          suggest: edit?.doubt ? [{ messageId: "move", data: { call, doubt: edit.doubt.words }, fix: fixOf(edit.edit) }] : [],
        });
      }
    });
  },
});
