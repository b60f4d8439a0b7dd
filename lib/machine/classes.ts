/** What a class has by itself and what it inherits. */
import type { ClassInfo, FunctionInfo } from "./regions.ts";

/** The method of a class, or of one it extends. */
export function methodOf(info: ClassInfo | undefined, name: string): FunctionInfo | undefined {
  return upwards(info).find((each) => each.methods.has(name))?.methods.get(name);
}

/** The static method of a class, or of one it extends. */
export function staticOf(info: ClassInfo | undefined, name: string): FunctionInfo | undefined {
  return upwards(info).find((each) => each.statics.has(name))?.statics.get(name);
}

/** The constructor that `new` or `super()` runs. */
export function constructorOf(info: ClassInfo | undefined): FunctionInfo | undefined {
  return upwards(info).find((each) => each.construct)?.construct;
}

/** What a method of a class inherits from, in an object of some class: what is extended there. */
export function parentOf(info: ClassInfo, own: ClassInfo | undefined): ClassInfo | undefined {
  return (upwards(own).find((each) => each === info || each.declared === info) ?? info).parent;
}

/** A class and those it extends, nearest first. */
export function upwards(info: ClassInfo | undefined): ClassInfo[] {
  const chain: ClassInfo[] = [];
  for (let each = info; each && !chain.includes(each); each = each.parent) chain.push(each);
  return chain;
}

/** Where an object keeps the getter of a property. */
export function getterName(name: string): string {
  return `get ${name}`;
}

/** Where an object keeps the setter of a property. */
export function setterName(name: string): string {
  return `set ${name}`;
}
