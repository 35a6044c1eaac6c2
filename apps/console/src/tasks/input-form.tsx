import { Play } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type FormEvent } from 'react';
import { Button } from '../kit/button.js';
import { Choice } from '../kit/choice.js';
import { TagField } from '../kit/tag-field.js';
import { ProblemNote } from '../kit/problem-note.js';
import { checkInput, type InputFaults } from './input-check.js';
import { SchemaField } from './schema-field.js';
import { controlOf, initialValue, resolveSchema, type Schema } from './schema-shape.js';
import './input-form.css';

interface InputFormProps {
  /** The task's JSON Schema. */
  readonly schema: object;
  /** @default what the schema begins with */
  readonly initial?: unknown;
  readonly initialTags?: readonly string[];
  readonly isBusy: boolean;
  /** What the API said to the last try. */
  readonly problem: Error | null;
  readonly onSubmit: (input: unknown, tags: string[]) => void;
}

const MODES = ['Form', 'JSON'] as const;
const NO_FAULTS: InputFaults = new Map();

/** A form made from a task's schema; as JSON for whoever prefers it. Nothing is sent that the task would refuse. */
export function InputForm({ schema: given, initial, initialTags = [], isBusy, problem, onSubmit }: InputFormProps) {
  const root = given as Schema;
  const schema = useMemo(() => resolveSchema(root, root), [root]);
  const hasForm = controlOf(schema) === 'object';
  const [value, setValue] = useState<unknown>(() => initial ?? initialValue(schema, root) ?? {});
  const [json, setJson] = useState<string | undefined>(hasForm ? undefined : () => JSON.stringify(value, null, 2));
  const [tags, setTags] = useState<string[]>(() => [...initialTags]);
  const [faults, setFaults] = useState(NO_FAULTS);
  const jsonId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const change = (next: unknown) => {
    setValue(next);
    if (faults.size > 0) setFaults(checkInput(root, next ?? {}));
  };
  const toForm = () => {
    const parsed = parse(json ?? '');
    if ('fault' in parsed) return setFaults(new Map([['', parsed.fault]]));
    setValue(parsed.value);
    setFaults(NO_FAULTS);
    setJson(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = json === undefined ? { value: value ?? {} } : parse(json);
    const found: InputFaults = 'fault' in parsed ? new Map([['', parsed.fault]]) : checkInput(root, parsed.value);
    setFaults(found);
    if (found.size > 0) setRefusals(refusals + 1);
    else if ('value' in parsed) onSubmit(parsed.value, tags);
  };

  return (
    <form ref={form} className="input-form" onSubmit={submit} noValidate>
      {hasForm && (
        <Choice
          label="Write it as"
          options={MODES}
          value={json === undefined ? 'Form' : 'JSON'}
          onChange={(mode) => {
            if (mode === 'JSON') setJson(JSON.stringify(value ?? {}, null, 2));
            else if (json !== undefined) toForm();
          }}
        />
      )}
      {json === undefined ? (
        <SchemaField schema={schema} root={root} value={value} onChange={change} pointer="" faults={faults} />
      ) : (
        <div className="field">
          <label className="field-name" htmlFor={jsonId}>
            Input
          </label>
          <textarea
            id={jsonId}
            rows={Math.min(18, Math.max(5, json.split('\n').length + 1))}
            spellCheck={false}
            value={json}
            aria-invalid={faults.size > 0}
            aria-describedby={`${jsonId}-fault`}
            onChange={({ target }) => setJson(target.value)}
          />
          <ul id={`${jsonId}-fault`} className="field-fault" role="alert">
            {[...faults].map(([pointer, fault]) => (
              <li key={pointer}>
                {pointer !== '' && <code>{pointer}</code>} {fault}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="input-tags">
        <span className="field-name" aria-hidden>
          tags <span className="field-optional">optional</span>
        </span>
        <TagField label="Tags" placeholder="To find the run by" tags={tags} onChange={setTags} />
      </div>
      {problem !== null && <ProblemNote error={problem} />}
      <div className="dialog-actions">
        <Button type="submit" variant="primary" isBusy={isBusy}>
          <Play size={13} aria-hidden /> Run
        </Button>
      </div>
    </form>
  );
}

function parse(json: string): { value: unknown } | { fault: string } {
  try {
    return { value: JSON.parse(json) as unknown };
  } catch (error) {
    return { fault: `This is not JSON: ${(error as Error).message}` };
  }
}
