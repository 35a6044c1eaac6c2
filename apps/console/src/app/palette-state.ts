const listeners = new Set<(isOpen: boolean) => void>();

/** Opens the palette from anywhere. */
export function openPalette(): void {
  for (const listener of listeners) listener(true);
}

export function onPaletteCall(listener: (isOpen: boolean) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
