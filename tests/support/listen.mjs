// Runs inside the page before the app: remembers peer connections and the microphones' and the
// partners' sound, so that a test can listen. `tone` in hertz replaces the microphone by an
// oscillator (for browsers that cannot take a file).
export function listenIn(tone) {
  const connections = (window.__connections = []);
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      connections.push(this);
      this.addEventListener('track', ({ track }) => {
        if (track.kind === 'audio') window.__partner = new MediaStream([track]);
      });
    }
  };
  if (tone) {
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext();
      const oscillator = new OscillatorNode(context, { frequency: tone });
      const out = new MediaStreamAudioDestinationNode(context);
      oscillator.connect(out);
      oscillator.start();
      window.__microphone = { context, oscillator };
      return out.stream;
    };
  }

  /** The loudest frequency in what the partner sends, in hertz; 0 while it is silent. */
  window.__heard = async () => {
    if (!window.__partner) return 0;
    window.__ear ??= new Map();
    let analyser = window.__ear.get(window.__partner);
    if (!analyser) {
      const context = new AudioContext();
      await context.resume();
      analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      new MediaStreamAudioSourceNode(context, { mediaStream: window.__partner }).connect(analyser);
      window.__ear.set(window.__partner, analyser);
    }
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    let best = 0;
    bins.forEach((level, index) => {
      if (level > bins[best]) best = index;
    });
    return bins[best] > -60 ? (best * analyser.context.sampleRate) / analyser.fftSize : 0;
  };

  /** DTLS fingerprints of the running call: what this browser shows, and what it sees. */
  window.__fingerprints = () => {
    const connection = connections.findLast((it) => it.connectionState === 'connected');
    const of = (description) => description.sdp.match(/^a=fingerprint:(.+)$/m)[1].trim().toLowerCase();
    return connection && { own: of(connection.localDescription), seen: of(connection.remoteDescription) };
  };
}
