// Telephones that several tests use side by side: each has its own for as long as it lasts.
export class Pool {
  #free;
  #waiting = [];
  /** `kindOf` tells the kind of a phone, by which it is asked for. */
  constructor(phones, kindOf) {
    this.#free = [...phones];
    this.kindOf = kindOf;
  }
  /** One phone for each of these kinds, as soon as all are free; who asks for few may overtake. */
  take(kinds) {
    return new Promise((resolve) => {
      this.#waiting.push({ kinds, resolve });
      this.#serve();
    });
  }
  give(phones) {
    // At the end: who had a rest goes first.
    this.#free.push(...phones);
    this.#serve();
  }
  #serve() {
    this.#waiting = this.#waiting.filter(({ kinds, resolve }) => {
      const phones = this.#pick(kinds);
      if (phones) resolve(phones);
      return !phones;
    });
  }
  #pick(kinds) {
    const picked = [];
    for (const kind of kinds) {
      const phone = this.#free.find((it) => this.kindOf(it) === kind && !picked.includes(it));
      if (!phone) return undefined;
      picked.push(phone);
    }
    this.#free = this.#free.filter((phone) => !picked.includes(phone));
    return picked;
  }
}
