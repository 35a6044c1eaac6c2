import type { ReactNode } from 'react';

interface ToggleChipsProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly name: ReactNode }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: Value[]) => void;
}

/** Several of a few, each on or off. */
export function ToggleChips<Value extends string>({ label, options, chosen, onChange }: ToggleChipsProps<Value>) {
  const toggle = (value: Value) =>
    onChange(
      chosen.includes(value)
        ? chosen.filter((one) => one !== value)
        : options.map((option) => option.value).filter((one) => one === value || chosen.includes(one)),
    );
  return (
    <div className="chips" role="group" aria-label={label}>
      {options.map(({ value, name }) => (
        <button
          key={value}
          type="button"
          className="chip"
          aria-pressed={chosen.includes(value)}
          onClick={() => toggle(value)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
