/** Projects for the editor: with the plugin, and with a rule that does nothing in its place. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Temporary, asDeveloped } from "../temporary.ts";

const CONFIG = `import parser from "@typescript-eslint/parser";
import wdf from "eslint-plugin-wdf";
export default [{ ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } }];
`;
const FLOOR = `import parser from "@typescript-eslint/parser";
const nothing = { create: () => ({ Program() {} }) };
export default [{ files: ["**/*.ts"], plugins: { floor: { rules: { nothing } } }, rules: { "floor/nothing": "error" }, languageOptions: { parser } }];
`;

/** Both, by the command's arguments: the packed tarball. */
export function editorProject([tarball]: readonly string[]): { readonly project: string; readonly floor: string; readonly remove: () => void } {
  if (tarball === undefined) throw new Error("Give the packed tarball.");
  const temporary = new Temporary(tarball);
  const made = (name: string, config: string): string => {
    const folder = temporary.install(name, asDeveloped("eslint", "@typescript-eslint/parser", "typescript"));
    writeFileSync(path.join(folder, "eslint.config.js"), config);
    return folder;
  };
  return {
    project: made("editor", CONFIG),
    floor: made("floor", FLOOR),
    remove: () => {
      temporary.remove();
    },
  };
}
