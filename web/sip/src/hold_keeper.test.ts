// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HoldKeeper } from './hold_keeper';

/** A session as JsSIP's behaves: one offer at a time, and `done` when the answer to it is there. */
class FakeSession {
  readonly track = { enabled: true };
  readonly connection = { getSenders: () => [{ track: this.track }] };
  offers: string[] = [];
  isUnderWay = false;
  isOver = false;
  isMutedByPerson = false;
  isHeldThere = false;
  private isHeld = false;
  private done: () => void = () => {};

  isEnded = () => this.isOver;
  isEstablished = () => true;
  isMuted = () => ({ audio: this.isMutedByPerson });
  isOnHold = () => ({ local: this.isHeld, remote: this.isHeldThere });
  hold = (_options: object, done: () => void) => this.offer('hold', true, done);
  unhold = (_options: object, done: () => void) => this.offer('unhold', false, done);
  renegotiate = (_options: object, done: () => void) => this.offer('same', this.isHeld, done);

  private offer(name: string, held: boolean, done: () => void): boolean {
    if (this.isUnderWay) return false;
    this.isUnderWay = true;
    this.isHeld = held;
    this.done = done;
    this.offers.push(name);
    // JsSIP sets the track by what it knows.
    this.track.enabled = !held && !this.isMutedByPerson && !this.isHeldThere;
    return true;
  }
  answered() {
    this.isUnderWay = false;
    this.done();
  }
  /** The connection takes the offer with it. */
  lost() {
    this.isUnderWay = false;
    isConnected = false;
    keeper.onLost();
  }
}

let session: FakeSession;
let isConnected: boolean;
let keeper: HoldKeeper;
beforeEach(() => {
  vi.useFakeTimers();
  session = new FakeSession();
  isConnected = true;
  keeper = new HoldKeeper(session as never, () => isConnected);
});
afterEach(() => {
  keeper.stop();
  vi.useRealTimers();
});

test('holding silences the microphone at once and says so', () => {
  keeper.set(true);
  expect(session.offers).toEqual(['hold']);
  expect(session.track.enabled).toBe(false);
});

test('whoever changes their mind while the offer is under way gets what they wished last', () => {
  keeper.set(true);
  keeper.set(false);
  expect(session.offers).toEqual(['hold']);
  session.answered();
  expect(session.offers).toEqual(['hold', 'unhold']);
  session.answered();
  expect(session.track.enabled).toBe(true);
});

test('a double change of mind costs no offer', () => {
  keeper.set(true);
  keeper.set(false);
  keeper.set(true);
  session.answered();
  vi.advanceTimersByTime(5_000);
  expect(session.offers).toEqual(['hold']);
  expect(session.track.enabled).toBe(false);
});

test('without a connection it is silent at once, and said when the connection is back', () => {
  isConnected = false;
  keeper.set(true);
  vi.advanceTimersByTime(10_000);
  expect(session.offers).toEqual([]);
  expect(session.track.enabled).toBe(false);
  isConnected = true;
  vi.advanceTimersByTime(400);
  expect(session.offers).toEqual(['hold']);
});

test('held and resumed without a connection, the sound is back and nothing was said', () => {
  isConnected = false;
  keeper.set(true);
  keeper.set(false);
  expect(session.track.enabled).toBe(true);
  isConnected = true;
  vi.advanceTimersByTime(1_000);
  expect(session.offers).toEqual([]);
});

test('what the connection took with it is said once more, once', () => {
  keeper.set(true);
  session.lost();
  vi.advanceTimersByTime(10_000);
  expect(session.offers).toEqual(['hold']);
  isConnected = true;
  vi.advanceTimersByTime(400);
  expect(session.offers).toEqual(['hold', 'same']);
  session.answered();
  vi.advanceTimersByTime(10_000);
  expect(session.offers).toHaveLength(2);
});

test('what is wished otherwise meanwhile is said in its place', () => {
  keeper.set(true);
  session.lost();
  keeper.set(false);
  isConnected = true;
  vi.advanceTimersByTime(400);
  expect(session.offers).toEqual(['hold', 'unhold']);
  session.answered();
  session.lost();
  isConnected = true;
  vi.advanceTimersByTime(10_000);
  expect(session.offers).toHaveLength(2);
});

test('another offer that is under way is waited for', () => {
  session.isUnderWay = true;
  keeper.set(true);
  expect(session.offers).toEqual([]);
  session.isUnderWay = false;
  vi.advanceTimersByTime(400);
  expect(session.offers).toEqual(['hold']);
});

test('who is muted stays so after a hold', () => {
  session.isMutedByPerson = true;
  keeper.set(true);
  session.answered();
  keeper.set(false);
  session.answered();
  expect(session.track.enabled).toBe(false);
});

test('a call that is over is left alone', () => {
  session.isUnderWay = true;
  keeper.set(true);
  session.isOver = true;
  session.isUnderWay = false;
  vi.advanceTimersByTime(5_000);
  expect(session.offers).toEqual([]);
});
