// @ts-check
/** Asking for attention: calls ring, a hidden tab's title blinks. */

let blinking = 0;
let title = "";

/** @param {NC.View["kind"]} kind @param {string} text */
export function attract(kind, text) {
  if (kind === "call" && /** @type {any} */ (navigator).userActivation?.hasBeenActive) ring();
  if (document.hidden && !blinking) blink(text);
}

/** @param {string} text */
function blink(text) {
  title = document.title;
  blinking = setInterval(() => (document.title = document.title === title ? `● ${text}` : title), 1000);
  document.addEventListener("visibilitychange", stopBlinking, { once: true });
}

function stopBlinking() {
  clearInterval(blinking);
  blinking = 0;
  document.title = title;
}

/** Two soft tones. */
function ring() {
  const audio = new AudioContext();
  [660, 880].forEach((pitch, index) => {
    const [tone, volume, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + index * 0.25];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.24);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.25);
  });
  setTimeout(() => audio.close(), 1000);
}
