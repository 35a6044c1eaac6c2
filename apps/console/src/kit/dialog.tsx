import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { nearestPlace, withAncestors } from '../app/focus-keeper.js';

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/** The focus comes back to what opened it; to the place around that, where its deed took that away. */
export function Dialog({ isOpen, onClose, title, about, children }: DialogProps) {
  const [opener] = useState(() => withAncestors(document.activeElement));
  const returnFocus = () => {
    const place = opener[0]?.isConnected === true ? undefined : nearestPlace(opener);
    // Here and not by what is returned, of which the first button in it would get the focus.
    if (place !== undefined) queueMicrotask(() => place.focus({ preventScroll: true }));
    return place === undefined;
  };
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="dialog" finalFocus={returnFocus}>
          <header className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <Base.Close className="icon-button" aria-label="Close">
              <X size={16} aria-hidden />
            </Base.Close>
          </header>
          {about !== undefined && <Base.Description className="dialog-about">{about}</Base.Description>}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
