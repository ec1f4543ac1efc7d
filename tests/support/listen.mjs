// Runs inside the page before the app: remembers peer connections and the partner's sound, so that a
// test can listen.
export function listenIn() {
  const connections = [];
  let partner = null;
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      connections.push(this);
      this.addEventListener('track', ({ track }) => {
        if (track.kind === 'audio') partner = track;
      });
    }
  };
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
    console.error(`Content Security Policy: ${violatedDirective} ${blockedURI} ${sample}`);
  });

  // A recording that is decoded offline needs no sound card. In Firefox a live AudioContext does: on a
  // machine without one it stays suspended, and the promise of resume() stays open for ever.
  const record = async (track, milliseconds) => {
    const recorder = new MediaRecorder(new MediaStream([track]));
    const pieces = [];
    recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    recorder.start();
    setTimeout(() => recorder.stop(), milliseconds);
    await stopped;
    return new Blob(pieces).arrayBuffer();
  };

  /** The loudest frequency in what the partner sends, in hertz; 0 while it is silent. */
  window.__heard = async () => {
    if (partner?.readyState !== 'live') return 0;
    const bytes = await record(partner, 400);
    if (bytes.byteLength === 0) return 0;
    const rate = 48_000;
    const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes);
    const context = new OfflineAudioContext(1, sound.length, rate);
    const source = new AudioBufferSourceNode(context, { buffer: sound });
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    source.connect(analyser).connect(context.destination);
    source.start();
    await context.startRendering();
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    let best = 0;
    bins.forEach((level, index) => {
      if (level > bins[best]) best = index;
    });
    return bins[best] > -60 ? (best * rate) / analyser.fftSize : 0;
  };

  /** DTLS fingerprints of the running call: what this browser shows, and what it sees. */
  window.__fingerprints = () => {
    const connection = connections.findLast((it) => it.connectionState === 'connected');
    const of = (description) => description.sdp.match(/^a=fingerprint:(.+)$/m)[1].trim().toLowerCase();
    return connection && { own: of(connection.localDescription), seen: of(connection.remoteDescription) };
  };

  /** For the report of a failed test. */
  window.__connections = () =>
    connections.map((it) => `signalling ${it.signalingState}, ICE ${it.iceConnectionState}, DTLS ${it.connectionState}`);
}
