import { useEffect, useState, type RefObject } from 'react';

/** Whether somebody points at, or has the focus in, what must not move then; or has scrolled it. */
export function useIsInHand(frame: RefObject<HTMLElement | null>): boolean {
  const [isInHand, setInHand] = useState(false);
  useEffect(() => {
    let isPointed = false;
    const look = () => {
      const hasFocus = frame.current?.contains(document.activeElement) === true;
      setInHand(isPointed || hasFocus || window.scrollY > 40);
    };
    const onPointer = ({ target }: PointerEvent) => {
      isPointed = target instanceof Node && frame.current?.contains(target) === true;
      look();
    };
    document.addEventListener('pointerover', onPointer);
    document.addEventListener('focusin', look);
    document.addEventListener('focusout', look);
    window.addEventListener('scroll', look, { passive: true });
    return () => {
      document.removeEventListener('pointerover', onPointer);
      document.removeEventListener('focusin', look);
      document.removeEventListener('focusout', look);
      window.removeEventListener('scroll', look);
    };
  }, [frame]);
  return isInHand;
}
