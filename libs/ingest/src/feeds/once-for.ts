/**
 * The same function, called once for each argument as long as that lives: what a feed is made into takes longer than to read
 * a small file.
 */
export function onceFor<Argument extends WeakKey, Value>(
  make: (argument: Argument) => Value,
): (argument: Argument) => Value {
  const made = new WeakMap<Argument, { readonly value: Value }>();
  return (argument) => {
    let known = made.get(argument);
    if (!known) made.set(argument, (known = { value: make(argument) }));
    return known.value;
  };
}
