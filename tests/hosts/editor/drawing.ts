/** The picture of docs/guide/editors.md: the page that it shows is kept, and is to be what the server's answers make. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { end, ok, same } from "./checks.ts";
import { article } from "./drivers.ts";
import { page } from "./page.ts";
import { Server } from "./server.ts";

/** The page that the picture shows. */
export const kept = path.join(import.meta.dirname, "picture.html");

/** The page, by what a server answers. */
export async function drawing(server: Server): Promise<string> {
  const buffer = await server.open("driver.ts", article);
  const { items } = await buffer.diagnostics();
  const actions = await buffer.actions(items);
  return page(article, items, actions.filter(({ title }) => !title.startsWith("Disable")));
}

/** The picture is still that of what the server says. */
export async function picture(project: string): Promise<void> {
  const server = await Server.start(project);
  same(await drawing(server), readFileSync(kept, "utf8"), "The page of docs/guide/editor.png, which `npm run picture` draws anew");
  await end(server);
  ok("the picture in docs/guide/editors.md");
}
