// SPDX-License-Identifier: Apache-2.0
// What the server tells on the one event stream of this browser, passed on to the other tabs.
import type { Api } from '@dering/api/client';
import { followEvents, type EventListener } from '@dering/api/event_stream';
import type {
  Extension,
  Forwarding,
  HistoryState,
  ParkedCall,
  Parking,
  Person,
  PersonGone,
  Pickup,
  PresenceChange,
} from '@dering/api/types';
import type { Remote } from '@dering/sip/remote';
import {
  either,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  record,
  text,
  yesOrNo,
  type Shape,
} from '@dering/sip/shape';
import { withPickup } from './pickups';

/** Tells a listener what changes at the server, until the signal comes. */
export type Follow = (listener: EventListener, signal: AbortSignal) => Promise<void>;

/** Raised whenever a piece of news means something else than before, or has other parts. */
const newsVersion = 1;
/** As long a tab waits for the one that has the stream before it asks the server by itself. */
const patienceMilliseconds = 2_000;

// What concerns the leader alone, its sign-in and its call, stays there.
type Event =
  | { readonly name: 'ready' }
  | { readonly name: 'presence'; readonly data: PresenceChange }
  | { readonly name: 'person'; readonly data: Person }
  | { readonly name: 'person-gone'; readonly data: PersonGone }
  | { readonly name: 'pickup'; readonly data: Pickup }
  | { readonly name: 'forwarding'; readonly data: Forwarding }
  | { readonly name: 'parking'; readonly data: Parking }
  | { readonly name: 'history'; readonly data: HistoryState };

const presence = oneOf('offline', 'available', 'in_call', 'do_not_disturb');
const extensionShape = record<Extension>({ extension: text, name: text });
const target = orNull(text);

const eventShape: Shape<Event> = either<'name', Event>('name', {
  ready: record({ name: oneOf('ready') }),
  presence: record({
    name: oneOf('presence'),
    data: record<PresenceChange>({ extension: text, presence }),
  }),
  person: record({
    name: oneOf('person'),
    data: record<Person>({ extension: text, name: text, unit: text, presence }),
  }),
  'person-gone': record({
    name: oneOf('person-gone'),
    data: record<PersonGone>({ extension: text }),
  }),
  pickup: record({
    name: oneOf('pickup'),
    data: record<Pickup>({ extension: text, rings: yesOrNo, caller: orNull(extensionShape) }),
  }),
  forwarding: record({
    name: oneOf('forwarding'),
    data: record<Forwarding>({
      extension: text,
      always: target,
      busy: target,
      no_answer: target,
      unreachable: target,
      ring_seconds: number,
      do_not_disturb: yesOrNo,
      pickup_notices: optional(yesOrNo),
    }),
  }),
  parking: record({
    name: oneOf('parking'),
    data: record<Parking>({
      calls: listOf(record<ParkedCall>({ place: text, extension: text, name: text })),
    }),
  }),
  history: record({
    name: oneOf('history'),
    data: record<HistoryState>({ newest: text, seen_until: text, unseen: number }),
  }),
});

/** `to`: for this tab alone, null: for all. */
type News =
  | { readonly kind: 'told'; readonly to: string | null; readonly event: Event }
  /** A tab is new and knows nothing yet. */
  | { readonly kind: 'hello'; readonly from: string };

const newsShape = either<'kind', News>('kind', {
  told: record({ kind: oneOf('told'), to: orNull(text), event: eventShape }),
  hello: record({ kind: oneOf('hello'), from: text }),
});
const envelopeShape = record({ dering: oneOf('news'), version: number, news: newsShape });

const post = (remote: Remote | null, news: News): void =>
  remote?.post({ dering: 'news', version: newsVersion, news });

function readNews(value: unknown): News | null {
  return envelopeShape(value) && value.version === newsVersion ? value.news : null;
}

/** From the server, and passed on. What it tells once, when the stream opens, is kept for later tabs. */
export function followServer(api: Api, remote: Remote | null): Follow {
  return (listener, signal) => {
    const desk = new NewsDesk(remote);
    signal.addEventListener('abort', () => desk.close());
    return followEvents(api, desk.between(listener), signal);
  };
}

class NewsDesk {
  private isReady = false;
  private parking: Parking = { calls: [] };
  private pickups: readonly Pickup[] = [];
  private readonly stop: () => void;

  constructor(private readonly remote: Remote | null) {
    this.stop = remote?.listen((value) => this.hear(value)) ?? (() => {});
  }

  close(): void {
    this.stop();
  }

  between(listener: EventListener): EventListener {
    const tell = (event: Event) => {
      this.keep(event);
      this.tell(null, event);
      dispatch(event, listener);
    };
    return {
      ...listener,
      onReady: () => tell({ name: 'ready' }),
      onPresence: (data) => tell({ name: 'presence', data }),
      onPerson: (data) => tell({ name: 'person', data }),
      onPersonGone: (data) => tell({ name: 'person-gone', data }),
      onPickup: (data) => tell({ name: 'pickup', data }),
      onForwarding: (data) => tell({ name: 'forwarding', data }),
      onParking: (data) => tell({ name: 'parking', data }),
      onHistory: (data) => tell({ name: 'history', data }),
    };
  }

  private keep(event: Event): void {
    if (event.name === 'ready') {
      this.isReady = true;
      this.pickups = [];
    }
    if (event.name === 'parking') this.parking = event.data;
    if (event.name === 'pickup') this.pickups = withPickup(this.pickups, event.data);
  }

  private hear(value: unknown): void {
    const news = readNews(value);
    if (news?.kind !== 'hello' || !this.isReady) return;
    this.tell(news.from, { name: 'ready' });
    this.tell(news.from, { name: 'parking', data: this.parking });
    for (const data of this.pickups.toReversed()) this.tell(news.from, { name: 'pickup', data });
  }

  private tell(to: string | null, event: Event): void {
    post(this.remote, { kind: 'told', to, event });
  }
}

/** From the tab that has the stream. */
export function followLeader(remote: Remote, name: string): Follow {
  return (listener, signal) =>
    new Promise((resolve) => {
      // Nobody may be there to tell it; what the server has can be asked for all the same.
      const timer = setTimeout(() => listener.onReady(), patienceMilliseconds);
      const stop = remote.listen((value) => {
        const news = readNews(value);
        if (news?.kind !== 'told' || (news.to !== null && news.to !== name)) return;
        if (news.event.name === 'ready') clearTimeout(timer);
        dispatch(news.event, listener);
      });
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        stop();
        resolve();
      });
      post(remote, { kind: 'hello', from: name });
    });
}

function dispatch(event: Event, listener: EventListener): void {
  switch (event.name) {
    case 'ready':
      return listener.onReady();
    case 'presence':
      return listener.onPresence(event.data);
    case 'person':
      return listener.onPerson(event.data);
    case 'person-gone':
      return listener.onPersonGone(event.data);
    case 'pickup':
      return listener.onPickup(event.data);
    case 'forwarding':
      return listener.onForwarding(event.data);
    case 'parking':
      return listener.onParking(event.data);
    case 'history':
      return listener.onHistory(event.data);
  }
}
