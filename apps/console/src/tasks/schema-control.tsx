import { useState, type ReactNode } from 'react';
import type { Control, Schema } from './schema-shape.js';

/** Of values that have no fields of their own. */
export type SimpleKind = Exclude<Control, 'object' | 'list' | 'boolean'>;

interface SimpleControlProps {
  readonly control: SimpleKind;
  /** Resolved. */
  readonly schema: Schema;
  readonly value: unknown;
  /** undefined: not there at all. */
  readonly onChange: (value: unknown) => void;
  /** What ties it to its label and to what is said about it. */
  readonly described: { readonly id: string };
}

/** What a value is written in: the control that suits its schema. */
export function SimpleControl({ control, schema, value, onChange, described }: SimpleControlProps): ReactNode {
  const text = typeof value === 'string' ? value : '';
  switch (control) {
    case 'choice':
      return (
        <select {...described} value={text} onChange={({ target }) => onChange(orAbsent(target.value))}>
          <option value="">–</option>
          {schema.enum?.map((option) => (
            <option key={String(option)}>{String(option)}</option>
          ))}
        </select>
      );
    case 'number':
    case 'integer':
      return (
        <input
          {...described}
          type="number"
          step={control === 'integer' ? 1 : 'any'}
          value={typeof value === 'number' ? value : ''}
          onChange={({ target }) => onChange(target.value === '' ? undefined : Number(target.value))}
        />
      );
    case 'moment':
      return (
        <input
          {...described}
          type="datetime-local"
          step={1}
          value={toLocal(text)}
          onChange={({ target }) => onChange(fromLocal(target.value))}
        />
      );
    case 'day':
      return (
        <input {...described} type="date" value={text} onChange={({ target }) => onChange(orAbsent(target.value))} />
      );
    case 'json':
      return <JsonControl value={value} onChange={onChange} described={described} />;
    case 'text':
      return (
        <input
          {...described}
          type="text"
          autoComplete="off"
          value={text}
          onChange={({ target }) => onChange(orAbsent(target.value))}
        />
      );
  }
}

/** Takes any JSON; what does not parse yet is kept as text, which the task's schema refuses or takes. */
function JsonControl({ value, onChange, described }: Omit<SimpleControlProps, 'control' | 'schema'>) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const change = (next: string) => {
    setText(next);
    try {
      onChange(next.trim() === '' ? undefined : (JSON.parse(next) as unknown));
    } catch {
      onChange(next);
    }
  };
  return (
    <textarea
      {...described}
      spellCheck={false}
      value={text}
      placeholder="JSON"
      onChange={({ target }) => change(target.value)}
    />
  );
}

function orAbsent(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** A moment of the API as the control shows it, in the zone of this machine; nothing for what is no moment. */
function toLocal(moment: string): string {
  const time = Date.parse(moment);
  if (Number.isNaN(time)) return '';
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function fromLocal(local: string): string | undefined {
  return local === '' ? undefined : new Date(local).toISOString();
}
