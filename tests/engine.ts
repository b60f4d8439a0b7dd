/** For scripts that run from the sources: gives the rules what they load, of which nothing is built. */
import { provide } from "../lib/deferred.ts";
import * as engine from "../lib/engine.ts";
import * as reader from "../lib/read-facts.ts";

provide({ engine, reader });
