/** Lines as high as what is on its way, so that nothing jumps when it arrives. */
export function Skeleton({ lines, height = 40 }: { readonly lines: number; readonly height?: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="skeleton-line" style={{ height }}>
          <span style={{ width: `${92 - ((line * 37) % 55)}%` }} />
        </div>
      ))}
    </div>
  );
}
