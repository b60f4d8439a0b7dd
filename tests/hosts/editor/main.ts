/** `jiti tests/hosts/editor/main.ts TARBALL`: what an editor shows and does, asked of a real ESLint language server in a project that installs the packed tarball. */
import { picture } from "./drawing.ts";
import { memory } from "./memory.ts";
import { editorProject } from "./project.ts";
import { repairs } from "./repairs.ts";
import { speed } from "./speed.ts";
import { squiggles } from "./squiggles.ts";
import { typing } from "./typing.ts";

const { project, floor, remove } = editorProject(process.argv.slice(2));
try {
  await squiggles(project);
  await picture(project);
  await typing(project);
  await repairs(project);
  await speed(project, floor);
  await memory(project);
} finally {
  remove();
}
