// Runs inside the page before the app: when something was clicked, first seen or first heard. Times are those of the
// machine's clock in milliseconds, so that those of two browsers can be compared.
export function noteMoments(watchedFirst) {
  const moments = {};
  const watched = { ...watchedFirst };
  const now = () => performance.timeOrigin + performance.now();
  const take = (name, at) => {
    moments[name] ??= at;
  };

  const look = () => {
    for (const [name, selector] of Object.entries(watched)) {
      if (moments[name] === undefined && document.querySelector(selector)) take(name, now());
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener('click', (event) => take('click', performance.timeOrigin + event.timeStamp), true);

  const connections = new Set();
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      connections.add(this);
      this.addEventListener('connectionstatechange', () => this.connectionState === 'closed' && connections.delete(this));
    }
    close() {
      connections.delete(this);
      super.close();
    }
  };
  // What is played, not what has arrived: the level is that of the frame which was given to the loudspeaker last.
  const listen = () => {
    for (const connection of connections) {
      for (const receiver of connection.getReceivers()) {
        if (receiver.getSynchronizationSources().some(({ audioLevel = 0 }) => audioLevel > 0.01)) take('sound', now());
      }
    }
  };
  let timer;

  /** Forgets all moments; notes from now on those of these selectors, and of sound where that is wanted. */
  window.__note = (selectors, { sound = false } = {}) => {
    for (const name of Object.keys(moments)) delete moments[name];
    for (const name of Object.keys(watched)) delete watched[name];
    Object.assign(watched, selectors);
    clearInterval(timer);
    if (sound) timer = setInterval(listen, 4);
    look();
  };
  window.__moments = () => ({ ...moments });
}
