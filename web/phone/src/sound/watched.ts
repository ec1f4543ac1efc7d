// SPDX-License-Identifier: Apache-2.0

/** A value that components can watch. */
export class Watched<T> {
  private readonly watchers = new Set<() => void>();

  constructor(private value: T) {}

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): T => this.value;

  set(value: T): void {
    if (value === this.value) return;
    this.value = value;
    for (const watcher of this.watchers) watcher();
  }
}
