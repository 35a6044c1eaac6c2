import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { filesQuery } from '../api/files.js';
import { runsQuery } from '../api/runs.js';
import { tasksQuery } from '../api/tasks.js';
import { shortId } from '../kit/short-id.js';
import { BESIDE, PAGES } from './navigation.js';
import { setTheme } from './theme.js';
import './palette.css';

interface Entry {
  readonly name: string;
  readonly about: string;
  readonly go: () => void;
}

interface Group {
  readonly value: string;
  readonly items: readonly Entry[];
}

const RUN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Goes anywhere by a few letters: pages, tasks, latest runs and files, a run by its pasted id. */
export function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [, navigate] = useLocation();
  const [from] = useState(location.pathname);
  const { data: tasks } = useQuery(tasksQuery);
  const { data: runs } = useQuery({ ...runsQuery({ rootOnly: true, limit: 50 }), refetchInterval: false });
  const { data: files } = useQuery({ ...filesQuery({}), refetchInterval: false });
  const groups = useMemo<Group[]>(() => {
    const to = (path: string) => () => navigate(path);
    const pasted = RUN_ID.test(text.trim())
      ? [{ name: text.trim(), about: 'run with this id', go: to(`/runs/${text.trim()}`) }]
      : [];
    return [
      { value: 'Pasted', items: pasted },
      { value: 'Pages', items: PAGES.map(({ path, name }) => ({ name, about: '', go: to(path) })) },
      {
        value: 'Beside the console',
        items: BESIDE.map(({ path, name, about }) => ({ name, about, go: () => location.assign(path) })),
      },
      {
        value: 'Start a task',
        items: (tasks ?? []).map(({ id, description }) => ({
          name: id,
          about: description ?? '',
          go: to(`/tasks/${encodeURIComponent(id)}`),
        })),
      },
      {
        value: 'Theme',
        items: (['light', 'dark', 'system'] as const).map((theme) => ({
          name: `Theme: ${theme}`,
          about: '',
          go: () => setTheme(theme),
        })),
      },
      {
        value: 'Latest runs',
        items: (runs?.runs ?? []).map((run) => ({
          name: `${run.task} ${shortId(run.id)}`,
          about: run.state,
          go: to(`/runs/${run.id}`),
        })),
      },
      {
        value: 'Latest files',
        items: (files?.files ?? []).map((file) => ({
          name: file.name,
          about: file.state,
          go: to(`/files/${file.id}`),
        })),
      },
    ].filter(({ items }) => items.length > 0);
  }, [text, tasks, runs, files, navigate]);

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup
          className="dialog palette"
          aria-label="Go to"
          // Another page has the focus begin at its heading.
          finalFocus={() => location.pathname === from}
        >
          <Autocomplete.Root
            open
            inline
            items={groups}
            value={text}
            onValueChange={setText}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={({ name }: Entry) => name}
          >
            <label className="palette-field">
              <Search size={17} aria-hidden />
              <Autocomplete.Input
                className="palette-input"
                placeholder="Go to a page, task, run or file"
                aria-label="Go to"
              />
              <kbd>Esc</kbd>
            </label>
            <Autocomplete.Empty className="palette-empty">
              <p>Nothing is called that. Paste the id of a run to open it.</p>
            </Autocomplete.Empty>
            <Autocomplete.List className="palette-list">
              {(group: Group) => (
                <Autocomplete.Group key={group.value} items={group.items} className="palette-group">
                  <Autocomplete.GroupLabel className="palette-heading">{group.value}</Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(entry: Entry) => (
                      <Autocomplete.Item
                        key={entry.name}
                        value={entry}
                        className="palette-entry"
                        onClick={() => {
                          entry.go();
                          onClose();
                        }}
                      >
                        <span className="palette-name">{entry.name}</span>
                        <span className="palette-about">{entry.about}</span>
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
            <p className="palette-keys">
              On each page: <kbd>/</kbd> to its search, <kbd>j</kbd> <kbd>k</kbd> along its rows, <kbd>Enter</kbd> to
              open one
            </p>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
