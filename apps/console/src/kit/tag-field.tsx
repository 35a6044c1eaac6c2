import { Tag, X } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import './tags.css';

interface TagFieldProps {
  readonly label: string;
  /** @default the label */
  readonly placeholder?: string;
  readonly tags: readonly string[];
  readonly onChange: (tags: string[]) => void;
  /** Offered while one types. */
  readonly known?: readonly string[];
}

const MAX_LENGTH = 64;

/** Tags, written one by one: Enter or a comma ends one, Backspace takes the last away, Escape leaves. */
export function TagField({ label, placeholder = label, tags, onChange, known = [] }: TagFieldProps) {
  const [text, setText] = useState('');
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const add = (written: string) => {
    const added = written.split(',').flatMap((part) => part.trim() || []);
    setText('');
    if (added.length > 0) onChange([...new Set([...tags, ...added])]);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && text.trim() !== '') {
      // Else it would send the form that it stands in.
      event.preventDefault();
      add(text);
    } else if (event.key === 'Escape') event.currentTarget.blur();
    else if (event.key === 'Backspace' && text === '' && tags.length > 0) onChange(tags.slice(0, -1));
  };
  return (
    <div className="tag-field">
      <Tag size={14} aria-hidden />
      {tags.map((tag) => (
        <span key={tag} className="tag tag-chosen">
          {tag}
          <button
            type="button"
            aria-label={`Without the tag ${tag}`}
            onClick={() => {
              field.current?.focus();
              onChange(tags.filter((one) => one !== tag));
            }}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      ))}
      <input
        ref={field}
        aria-label={label}
        placeholder={tags.length === 0 ? placeholder : ''}
        list={listId}
        maxLength={MAX_LENGTH}
        value={text}
        onChange={({ target }) => (target.value.includes(',') ? add(target.value) : setText(target.value))}
        onKeyDown={onKey}
        onBlur={() => add(text)}
      />
      <datalist id={listId}>
        {known
          .filter((tag) => !tags.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
    </div>
  );
}
