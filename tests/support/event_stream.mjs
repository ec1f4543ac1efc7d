// Dering's event stream (text/event-stream) with a bearer token, as the page reads it.
import { until } from './jssip_phone.mjs';

export class EventStream {
  /** { name, data, at } in order of arrival. */
  events = [];
  closed = false;

  static async open(origin, token) {
    const stream = new EventStream();
    stream.abort = new AbortController();
    const response = await fetch(`${origin}/api/v1/events`, { headers: { authorization: `Bearer ${token}` }, signal: stream.abort.signal });
    if (response.status !== 200) throw new Error(`event stream: ${response.status}`);
    stream.reading = stream.#read(response.body).catch(() => {}).then(() => {
      stream.closed = true;
    });
    return stream;
  }

  async #read(body) {
    let text = '';
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      text += part;
      let end;
      while ((end = text.indexOf('\n\n')) >= 0) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const of = (field) => lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).trim()).join('\n');
        const data = of('data');
        if (of('event')) this.events.push({ name: of('event'), data: data ? JSON.parse(data) : null, at: Date.now() });
      }
    }
  }

  named(name) {
    return this.events.filter((event) => event.name === name);
  }
  /** Waits for an event that fits; gives it. */
  async sees(name, fits = () => true, seconds = 5) {
    let found;
    await until(() => (found = this.named(name).find(({ data }) => fits(data))), seconds, `no ${name} event; there were ${JSON.stringify(this.events)}`);
    return found;
  }
  close() {
    this.abort.abort();
    return this.reading;
  }
}
