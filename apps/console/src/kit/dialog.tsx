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
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup
          className="dialog"
          finalFocus={() => opener[0]?.isConnected === true || (nearestPlace(opener) ?? true)}
        >
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
