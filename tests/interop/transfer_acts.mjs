// What the three of a transfer do from when two of them talk until all have hung up. Each act is a function of the cast:
// { transferor, transferee, target, nobody, hangsUpWhenTold }. It gives what is new in the history of each (history.mjs).
import assert from 'node:assert/strict';
import { until } from '../support/jssip_phone.mjs';
import { hearEachOther } from './hearing.mjs';
import { announces, saysFailed, saysPutThrough, shows } from './transfer_words.mjs';

const rings = (phone) => until(() => phone.isRinging, 20, `${phone.name} does not ring`);
export const leaves = (phone, seconds = 20) => until(() => phone.isReleased ?? phone.isIdle, seconds, `${phone.name} is still in a call`);

async function sendsOn({ transferor, transferee, target }) {
  await transferor.sendOn(target.extension);
  await rings(target);
  await announces(target, transferee);
}
async function asks({ transferor, target }) {
  await transferor.consult(target.extension);
  await rings(target);
}
/** The two whom it brought together hear each other and talk until the target hangs up; the transferor has left. */
async function areTogether({ transferor, transferee, target }) {
  await hearEachOther(transferee, target);
  await Promise.all([shows(transferee, target), shows(target, transferee)]);
  await leaves(transferor);
  await target.hangUp();
  return new Map([
    [transferor, [`${transferee.extension} transferred, transferred`]],
    [transferee, [`${target.extension} answered, transferred`, `${transferor.extension} transferred, transferred`]],
    [target, [`${transferee.extension} answered`]],
  ]);
}
/** The target talked with both, and finds the one with whom it talked longer. */
const afterAsking = ({ transferor, transferee, target }, histories) => histories
  .set(transferor, [`${target.extension} transferred, transferred`, `${transferee.extension} transferred, transferred`])
  .set(target, [`(${transferor.extension}|${transferee.extension}) answered`]);

export const ways = {
  async blind(cast) {
    await sendsOn(cast);
    await cast.target.answer();
    await saysPutThrough(cast);
    return areTogether(cast);
  },
  async attended(cast) {
    const { transferor, target } = cast;
    await asks(cast);
    await announces(target, transferor);
    await target.answer();
    await hearEachOther(transferor, target);
    await transferor.handOver();
    await saysPutThrough(cast);
    return afterAsking(cast, await areTogether(cast));
  },
};

/** Who was sent on in vain (or was not, `hasLeft`) is with the transferor: both hear each other, until that one hangs up. */
async function areBack(cast, why, hasLeft = true) {
  const { transferor, transferee, target, hangsUpWhenTold } = cast;
  if (hangsUpWhenTold) {
    await Promise.all([transferor, transferee].map((phone) => leaves(phone, 40)));
  } else {
    await saysFailed(cast, why, 'back');
    await hearEachOther(transferor, transferee);
    await shows(transferee, transferor);
    await transferor.hangUp();
  }
  const wasSent = [`${transferor.extension} answered, transferred`, `${target?.extension} transferred, transferred, no talk`];
  return new Map([
    [transferor, [`${transferee.extension} answered`]],
    [transferee, hasLeft ? wasSent : [`${transferor.extension} answered`]],
    ...(cast.target && target.account ? [[target, [`${transferee.extension} ${why}, no talk`]]] : []),
  ]);
}
/** While the target rings, the transferee may still hear the end of what it heard before. */
const inVain = (why, act) => async (cast) => {
  await sendsOn(cast);
  await act?.(cast.target);
  await leaves(cast.target, 40);
  return areBack(cast, why);
};

const whoCanWait = ['Chromium', 'Firefox', 'baresip', 'linphone', 'SIP.js'];

/** The target did not want to be asked, or no longer: the other two go on talking, a page by itself. */
async function talkOn({ transferor, transferee, target }, [ofTarget, ofTransferor]) {
  await transferor.returns?.();
  await hearEachOther(transferor, transferee, 10);
  await shows(transferor, transferee);
  await transferor.hangUp();
  return new Map([
    [transferor, [`${transferee.extension} answered`, `${target.extension} ${ofTarget}`]],
    [transferee, [`${transferor.extension} answered`]],
    [target, [`${transferor.extension} ${ofTransferor}`]],
  ]);
}

/**
 * How it goes wrong: `targets` are the programs whose people can do what it takes; `isAsked`: of transferors who can ask
 * first and go back.
 */
export const failures = {
  'the target declines to be asked': {
    isAsked: true,
    targets: whoCanWait,
    async act(cast) {
      await asks(cast);
      await cast.target.decline();
      return talkOn(cast, ['(declined|busy), no talk', '(declined|busy), no talk']);
    },
  },
  'the target is asked and hangs up': {
    isAsked: true,
    targets: whoCanWait,
    async act(cast) {
      const { transferor, target } = cast;
      await asks(cast);
      await target.answer();
      await hearEachOther(transferor, target);
      await target.hangUp();
      await leaves(target);
      return talkOn(cast, ['answered', 'answered']);
    },
  },
  'the target is busy': { targets: ['baresip'], act: inVain('busy', (target) => target.decline()) },
  'the target declines': { targets: whoCanWait.filter((it) => it !== 'baresip'), act: inVain('declined', (target) => target.decline()) },
  'the target does not answer': { targets: whoCanWait, act: inVain('no_answer') },
  'the target is not registered': {
    async act(cast) {
      await cast.transferor.sendOn(cast.nobody.extension);
      return areBack({ ...cast, target: cast.nobody }, 'offline');
    },
  },
  'nobody has the number': {
    async act(cast) {
      await cast.transferor.sendOn('7777');
      return areBack({ ...cast, number: '7777' }, 'unknown_number', false);
    },
  },
  'the transferor hangs up at once': {
    targets: whoCanWait,
    async act(cast) {
      await cast.transferor.sendOn(cast.target.extension);
      await cast.transferor.hangUp();
      await rings(cast.target);
      await cast.target.answer();
      return areTogether(cast);
    },
  },
  'the transferor has hung up, and the target declines': {
    targets: whoCanWait,
    async act(cast) {
      const { transferor, transferee, target } = cast;
      await sendsOn(cast);
      await transferor.hangUp();
      await leaves(transferor);
      await transferor.forget();
      await target.decline();
      await rings(transferor);
      await announces(transferor, transferee);
      await transferor.answer();
      await hearEachOther(transferor, transferee);
      await transferee.hangUp();
      return new Map([
        [transferor, [`${transferee.extension} answered`, `${transferee.extension} transferred, transferred`]],
        [transferee, [`${transferor.extension} answered, transferred`, `${transferor.extension} transferred, transferred`]],
        [target, [`${transferee.extension} (declined|busy), no talk`]],
      ]);
    },
  },
  'the transferee hangs up meanwhile': {
    targets: whoCanWait,
    async act(cast) {
      const { transferor, transferee, target } = cast;
      await sendsOn(cast);
      await transferee.hangUp();
      await leaves(transferor);
      await saysFailed(cast, 'gave_up');
      assert.equal(await target.isTalking, false);
      return new Map([
        [transferor, [`${transferee.extension} transferred, transferred`]],
        [transferee, [`${transferor.extension} transferred, transferred`, `${target.extension} cancelled, transferred, no talk`]],
        [target, [`${transferee.extension} cancelled, no talk`]],
      ]);
    },
  },
};
