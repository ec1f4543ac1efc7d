// Runs inside the page before the app: remembers peer connections and the partner's sound, so that a
// test can listen.
export function listenIn() {
  const connections = [];
  const mostKept = 6;
  let partner = null;
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      connections.push(this);
      // A page that calls all day must not keep all of them for the sake of a test.
      if (connections.length > mostKept) connections.shift();
      this.addEventListener('track', ({ track }) => {
        if (track.kind === 'audio') partner = track;
      });
    }
    /** For the report of a failed test. */
    setRemoteDescription(description) {
      return super.setRemoteDescription(description).catch((error) => {
        console.warn(`${error.message} In this ${description.type}: ${description.sdp}`);
        throw error;
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

  /** The loudest frequency of a track, in hertz; 0 while it is silent. */
  const loudest = async (track) => {
    if (track?.readyState !== 'live') return 0;
    const bytes = await record(track, 400);
    if (bytes.byteLength === 0) return 0;
    const rate = 48_000;
    // Nothing came yet: then there is a head of a recording and no sound in it.
    const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes).catch(() => null);
    if (sound === null) return 0;
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

  /** Of what the partner sends, whether it is played or not. */
  window.__heard = () => loudest(partner);

  /** What the partner sends for so long: { rate, base64 }, 16 bits a sample; nothing when that is no sound. */
  window.__partner = async (milliseconds) => {
    if (partner?.readyState !== 'live') return null;
    const rate = 8000;
    const bytes = await record(partner, milliseconds);
    const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes).catch(() => null);
    // As text: drivers take minutes for long lists of numbers.
    return sound && { rate, base64: new Uint8Array(Int16Array.from(sound.getChannelData(0), (sample) => sample * 32_767).buffer).toBase64() };
  };

  /** Of what the person hears of others: the sound that the page plays of all that comes in. */
  window.__hearing = () => {
    const speaker = document.querySelector('audio');
    const isSilent = !speaker?.srcObject || speaker.muted || speaker.paused;
    return isSilent ? 0 : loudest(speaker.srcObject.getAudioTracks()[0]);
  };

  // The page's own sounds: whatever goes to the loudspeaker goes through an analyser too.
  const ears = new Map();
  const earOf = (context) => {
    if (!ears.has(context)) ears.set(context, new AnalyserNode(context, { fftSize: 32_768 }));
    return ears.get(context);
  };
  if ('AudioNode' in window) {
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (target, ...rest) {
      const isLoudspeaker = target instanceof AudioDestinationNode && !(target.context instanceof OfflineAudioContext);
      if (isLoudspeaker) connect.call(this, earOf(target.context));
      return connect.call(this, target, ...rest);
    };
  }

  /** How loud the page's own sounds were lately, in dBFS; -Infinity: it plays none. */
  window.__plays = () => {
    let power = 0;
    for (const ear of ears.values()) {
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      power = Math.max(power, samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    }
    return 10 * Math.log10(power);
  };

  /** DTLS fingerprints of the running call: what this browser shows, and what it sees. */
  window.__fingerprints = () => {
    const connection = connections.findLast((it) => it.connectionState === 'connected');
    const of = (description) => description.sdp.match(/^a=fingerprint:(.+)$/m)[1].trim().toLowerCase();
    return connection && { own: of(connection.localDescription), seen: of(connection.remoteDescription) };
  };

  /** What the running call speaks with: its device, and a way to unplug that, as far as the page can tell. */
  window.__microphone = () => {
    const senders = connections.findLast((it) => it.connectionState === 'connected')?.getSenders() ?? [];
    const track = senders.find((it) => it.track?.kind === 'audio')?.track;
    return track && { id: track.getSettings().deviceId, track: track.id, unplug: () => track.dispatchEvent(new Event('ended')) };
  };

  /** For the report of a failed test. */
  window.__connections = () =>
    connections.map((it) => `signalling ${it.signalingState}, ICE ${it.iceConnectionState}, DTLS ${it.connectionState}`);
}
