import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button.js';
import { sayFailure } from './toasts.js';

interface CopyButtonProps {
  readonly text: string | (() => string);
  /** What is copied: `the run’s id`. */
  readonly what: string;
}

/** A browser has no clipboard for a page that came over plain HTTP from another machine. */
const REFUSED =
  'The browser lets a page copy where it came over HTTPS or from this machine, and nobody forbade it. Select the text instead.';

export function CopyButton({ text, what }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setCopied(true);
    } catch {
      sayFailure('Nothing was copied', new Error(REFUSED));
    }
  }
  return (
    <IconButton label={isCopied ? 'Copied' : `Copy ${what}`} onClick={() => void copy()}>
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  );
}
