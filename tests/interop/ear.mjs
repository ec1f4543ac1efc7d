// Runs inside the page before the app, where sound is measured and not only known again: the browser leaves the
// microphone as it is, and what is said and heard can be taken on tape.
export function earIn() {
  let microphone = null;
  const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (real === undefined) return;
  navigator.mediaDevices.getUserMedia = async () => {
    const stream = await real({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    [microphone] = stream.getAudioTracks();
    return stream;
  };

  const rate = 8000;
  const record = async (track, milliseconds) => {
    const recorder = new MediaRecorder(new MediaStream([track]), { audioBitsPerSecond: 64_000 });
    const pieces = [];
    let at = 0;
    recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data));
    recorder.addEventListener('start', () => (at = Date.now()));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    recorder.start();
    setTimeout(() => recorder.stop(), milliseconds);
    await stopped;
    const bytes = await new Blob(pieces).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes);
    // As text: drivers take minutes for long lists of numbers.
    const values = Int16Array.from(sound.getChannelData(0), (sample) => sample * 32_767);
    return { rate, at, base64: new Uint8Array(values.buffer).toBase64() };
  };

  /** What the person says and what the person hears, as the page plays it: { rate, at, base64 } of each, 16 bits a sample. */
  window.__tape = async (milliseconds) => {
    const [heard] = document.querySelector('audio').srcObject.getAudioTracks();
    const [said, ear] = await Promise.all([record(microphone, milliseconds), record(heard, milliseconds)]);
    return { said, heard: ear };
  };
}
