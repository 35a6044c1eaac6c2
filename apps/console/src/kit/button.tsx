import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** @default 'plain' */
  readonly variant?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = 'plain', type = 'button', className = '', ...rest }: ButtonProps) {
  return <button type={type} className={`button button-${variant} ${className}`} {...rest} />;
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
