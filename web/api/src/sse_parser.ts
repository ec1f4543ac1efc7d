// SPDX-License-Identifier: Apache-2.0

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** No event of ours is larger; a stream that never ends a line must not fill the memory. */
const longestBuffer = 16 * 1024 * 1024;

/** Server-sent events (WHATWG HTML §9.2.6) from text in pieces of any size. */
export class SseParser {
  private rest = '';
  private name = '';
  private data: string[] = [];

  push(text: string): ServerEvent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > longestBuffer) throw new RangeError('an event is too long');
    return lines.flatMap((line) => this.line(line) ?? []);
  }

  private line(line: string): ServerEvent | null {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.name = value;
    if (field === 'data') this.data.push(value);
    return null;
  }

  private dispatch(): ServerEvent | null {
    const event = { name: this.name || 'message', data: this.data.join('\n') };
    const isEmpty = this.data.length === 0;
    this.name = '';
    this.data = [];
    return isEmpty ? null : event;
  }
}
