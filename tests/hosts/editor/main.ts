/** `jiti tests/hosts/editor/main.ts TARBALL`: what an editor shows and does, asked of a real ESLint language server in a project that installs the packed tarball. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Temporary, asDeveloped } from "../temporary.ts";
import { memory } from "./memory.ts";
import { repairs } from "./repairs.ts";
import { speed } from "./speed.ts";
import { squiggles } from "./squiggles.ts";
import { typing } from "./typing.ts";

const [tarball] = process.argv.slice(2);
if (tarball === undefined) throw new Error("Give the packed tarball: npx jiti tests/hosts/editor/main.ts TARBALL");

/** With the plugin, and with a rule that does nothing in its place. */
const CONFIG = `import parser from "@typescript-eslint/parser";
import wdf from "eslint-plugin-wdf";
export default [{ ...wdf.configs.strict, files: ["**/*.ts"], languageOptions: { parser } }];
`;
const FLOOR = `import parser from "@typescript-eslint/parser";
const nothing = { create: () => ({ Program() {} }) };
export default [{ files: ["**/*.ts"], plugins: { floor: { rules: { nothing } } }, rules: { "floor/nothing": "error" }, languageOptions: { parser } }];
`;

const temporary = new Temporary(tarball);
try {
  const packages = asDeveloped("eslint", "@typescript-eslint/parser", "typescript");
  const project = temporary.install("editor", packages);
  writeFileSync(path.join(project, "eslint.config.js"), CONFIG);
  const floor = temporary.install("floor", packages);
  writeFileSync(path.join(floor, "eslint.config.js"), FLOOR);
  await squiggles(project);
  await typing(project);
  await repairs(project);
  await speed(project, floor);
  await memory(project);
} finally {
  temporary.remove();
}
