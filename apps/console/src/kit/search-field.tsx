import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

interface SearchFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  /** Milliseconds without a key before the change is told. @default 250 */
  readonly delay?: number;
  /** @default any */
  readonly maxLength?: number;
}

/** The field that `/` goes to. Escape empties it, and leaves it once it is empty; Down goes on to the rows that it found. */
export function SearchField({ value, onChange, label, delay = 250, maxLength }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, delay);
    return () => clearTimeout(timer);
  }, [text, delay, onChange]);
  return (
    <label className="search-field">
      <Search size={15} aria-hidden />
      <span className="visually-hidden">{label}</span>
      <input
        type="search"
        data-search
        maxLength={maxLength}
        placeholder={label}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={({ key, currentTarget }) => {
          if (key !== 'Escape') return;
          if (text === '') currentTarget.blur();
          else setText('');
        }}
      />
      <kbd aria-hidden>/</kbd>
    </label>
  );
}
