/** Stops a process in the middle of what it does, and lets it go on. */
export class Freezer {
  private frozen: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  private freezes: (() => void)[] = [];
  private thaws: (() => void)[] = [];

  onFreeze(action: () => void): void {
    if (this.frozen === undefined) this.freezes.push(action);
  }

  onThaw(action: () => void): void {
    if (this.frozen === undefined) this.thaws.push(action);
  }

  freeze(): void {
    this.frozen = new Promise((resolve) => {
      this.wake = resolve;
    });
    for (const action of this.freezes.splice(0)) action();
  }

  thaw(): void {
    if (this.frozen === undefined) return;
    this.frozen = undefined;
    for (const action of this.thaws.splice(0)) action();
    this.wake();
  }

  /** What a stopped process does happens, if ever, when it goes on. */
  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    await this.frozen;
    return call();
  }
}
