/**
 * Holds back what a chunk is refused for until what was found before that place is looked at: of two faults in a document the
 * first one by its place is reported, whatever chunks it comes in.
 */
export class LateRefusal {
  private refusal: { readonly error: unknown } | undefined;

  /**
   * Gives what `find` has found, up to where it throws.
   * @throws what it threw, at once when nothing was found before, else at the next call
   */
  throwBehind<Found>(find: (found: Found[]) => void): Found[] {
    this.throwNow();
    const found: Found[] = [];
    try {
      find(found);
    } catch (error) {
      if (found.length === 0) throw error;
      this.refusal = { error };
    }
    return found;
  }

  /** @throws what was held back */
  throwNow(): void {
    if (this.refusal) throw this.refusal.error;
  }
}
