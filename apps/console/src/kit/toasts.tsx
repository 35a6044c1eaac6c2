import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';

/** Says from anywhere what became of something the person did. */
export const toasts = Toast.createToastManager();

/** Says why something failed. */
export function sayFailure(title: string, error: Error): void {
  toasts.add({ title, description: error.message, type: 'failure', timeout: 10_000 });
}

/** Where they are shown. */
export function Toasts() {
  const { toasts: shown } = Toast.useToastManager();
  return (
    <Toast.Portal>
      <Toast.Viewport className="toasts">
        {shown.map((toast) => (
          <Toast.Root key={toast.id} toast={toast} className="toast">
            <Toast.Content className="toast-content">
              <Toast.Title className="toast-title" />
              <Toast.Description className="toast-text" />
            </Toast.Content>
            <Toast.Close className="icon-button" aria-label="Close">
              <X size={14} aria-hidden />
            </Toast.Close>
          </Toast.Root>
        ))}
      </Toast.Viewport>
    </Toast.Portal>
  );
}
