import { lazy, Suspense, useEffect, useState } from 'react';
import { onPaletteCall } from './palette-state.js';
import { useShortcuts } from './shortcuts.js';

const PaletteDialog = lazy(() =>
  import('./palette-dialog.js').then(({ PaletteDialog }) => ({ default: PaletteDialog })),
);

/** Listens for Ctrl-K; what it opens is fetched then. */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  useShortcuts();
  useEffect(() => onPaletteCall(setOpen), []);
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <PaletteDialog onClose={() => setOpen(false)} />
    </Suspense>
  );
}
