import { Plus, X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { Button, IconButton } from '../kit/button.js';
import { escapePointer, type InputFaults } from './input-check.js';
import { SimpleControl, type SimpleKind } from './schema-control.js';
import { controlOf, initialValue, resolveSchema, type Schema } from './schema-shape.js';

interface SchemaFieldProps {
  /** Resolved. */
  readonly schema: Schema;
  readonly root: Schema;
  readonly value: unknown;
  /** undefined: not there at all. */
  readonly onChange: (value: unknown) => void;
  readonly pointer: string;
  readonly faults: InputFaults;
  /** @default none: the whole value */
  readonly name?: string;
  readonly isRequired?: boolean;
}

/** One value by its schema; those within it are fields of their own. */
export function SchemaField(props: SchemaFieldProps) {
  const control = controlOf(props.schema);
  if (control === 'object') return <ObjectField {...props} />;
  if (control === 'list') return <ListField {...props} />;
  if (control === 'boolean') return <BooleanField {...props} />;
  return <SimpleField {...props} control={control} />;
}

function ObjectField({ schema, root, value, onChange, pointer, faults, name }: SchemaFieldProps) {
  const members = isRecord(value) ? value : {};
  const required = schema.required ?? [];
  const properties = Object.entries(schema.properties ?? {});
  const fields = properties.map(([member, property]) => (
    <SchemaField
      key={member}
      schema={resolveSchema(property, root)}
      root={root}
      value={members[member]}
      onChange={(next) => onChange(withMember(members, member, next))}
      pointer={`${pointer}/${escapePointer(member)}`}
      faults={faults}
      name={member}
      isRequired={required.includes(member) && resolveSchema(property, root).default === undefined}
    />
  ));
  const fault = <Fault text={faults.get(pointer)} />;
  if (name === undefined) {
    return (
      <div className="fields">
        {properties.length === 0 ? <p className="faint">This task takes no input.</p> : fields}
        {fault}
      </div>
    );
  }
  return (
    <fieldset className="fieldset">
      <legend>{name}</legend>
      {schema.description !== undefined && <p className="field-about">{schema.description}</p>}
      <div className="fields">{fields}</div>
      {fault}
    </fieldset>
  );
}

function ListField({ schema, root, value, onChange, pointer, faults, name }: SchemaFieldProps) {
  const entries = Array.isArray(value) ? (value as unknown[]) : [];
  const entrySchema = resolveSchema(schema.items ?? {}, root);
  const list = useRef<HTMLFieldSetElement>(null);
  const isAdded = useRef(false);
  useEffect(() => {
    if (!isAdded.current) return;
    isAdded.current = false;
    const added = list.current?.querySelectorAll(':scope > .list-entry').item(entries.length - 1);
    added?.querySelector<HTMLElement>('input, select, textarea, button')?.focus();
  }, [entries.length]);
  return (
    <fieldset ref={list} className="fieldset" tabIndex={-1}>
      <legend>{name}</legend>
      {schema.description !== undefined && <p className="field-about">{schema.description}</p>}
      {entries.map((entry, index) => (
        <div key={index} className="list-entry">
          <SchemaField
            schema={entrySchema}
            root={root}
            value={entry}
            onChange={(next) => onChange(entries.with(index, next ?? null))}
            pointer={`${pointer}/${index}`}
            faults={faults}
            name={`${name ?? 'Entry'} ${index + 1}`}
          />
          <IconButton
            label={`Take ${name ?? 'entry'} ${index + 1} away`}
            onClick={() => onChange(entries.toSpliced(index, 1))}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        variant="quiet"
        onClick={() => {
          isAdded.current = true;
          onChange([...entries, initialValue(entrySchema, root) ?? blank(entrySchema)]);
        }}
      >
        <Plus size={14} aria-hidden /> Add to {name}
      </Button>
      <Fault text={faults.get(pointer)} />
    </fieldset>
  );
}

function BooleanField({ schema, value, onChange, pointer, faults, name }: SchemaFieldProps) {
  return (
    <div className="field">
      <label className="check">
        <input type="checkbox" checked={value === true} onChange={({ target }) => onChange(target.checked)} />
        {name}
      </label>
      {schema.description !== undefined && <span className="field-about">{schema.description}</span>}
      <Fault text={faults.get(pointer)} />
    </div>
  );
}

function SimpleField({
  control,
  schema,
  value,
  onChange,
  pointer,
  faults,
  name,
  isRequired = false,
}: SchemaFieldProps & { readonly control: SimpleKind }) {
  const id = useId();
  const fault = faults.get(pointer);
  const described = {
    id,
    'aria-describedby': `${id}-about ${id}-fault`,
    'aria-invalid': fault !== undefined,
    'aria-required': isRequired,
  };
  return (
    <div className="field">
      <label className="field-name" htmlFor={id}>
        {name ?? 'Input'} {!isRequired && <span className="field-optional">optional</span>}
      </label>
      <SimpleControl control={control} schema={schema} value={value} onChange={onChange} described={described} />
      <span id={`${id}-about`} className="field-about">
        {schema.description}
      </span>
      <Fault id={`${id}-fault`} text={fault} />
    </div>
  );
}

function Fault({ id, text }: { readonly id?: string; readonly text: string | undefined }) {
  return (
    <span id={id} className="field-fault" role={text === undefined ? undefined : 'alert'}>
      {text}
    </span>
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withMember(members: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  const others = Object.entries(members).filter(([member]) => member !== name);
  return value === undefined ? Object.fromEntries(others) : { ...members, [name]: value };
}

function blank(schema: Schema): unknown {
  return controlOf(schema) === 'text' ? '' : null;
}
