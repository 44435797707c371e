/** Gives an object a plain property of its own, whatever it inherits under that name: a setter, or `__proto__`. */
export function defineOwn(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
