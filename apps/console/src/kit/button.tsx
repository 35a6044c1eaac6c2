import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** @default 'plain' */
  readonly variant?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** It is being done: it keeps the focus, which a disabled one loses, and does nothing. @default false */
  readonly isBusy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({
  variant = 'plain',
  type = 'button',
  className = '',
  isBusy = false,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={`button button-${variant} ${className}`}
      aria-disabled={isBusy || undefined}
      // Of one that sends a form, Enter in a field of it is a click as well.
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    />
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  /** What it does, for those who do not see its icon and for those who hover it. */
  readonly label: string;
  /** Of one that is on or off. */
  readonly pressed?: boolean;
  readonly children: ReactNode;
}

export function IconButton({ label, pressed, children, ...rest }: IconButtonProps) {
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} aria-pressed={pressed} {...rest}>
      {children}
    </button>
  );
}
