import { silentVoice } from './ogg.js';

// Small files for who has none at hand; all are made here.

async function drawn(width, height, type, name, paint) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  paint(canvas.getContext('2d'), width, height);
  const blob = await new Promise(resolve => canvas.toBlob(resolve, type, 0.85));
  return new File([blob], name, { type: blob.type });
}

function landscape(pen, width, height) {
  const sky = pen.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, '#2e8ab8');
  sky.addColorStop(1, '#f3c98b');
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  circle(pen, width * 0.72, height * 0.42, 46, '#fff1c9');
  hill(pen, width, height, 0.62, 60, '#3f7d58');
  hill(pen, width, height, 0.78, 34, '#25573d');
}

function hill(pen, width, height, level, rise, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(0, height);
  for (let x = 0; x <= width; x += 8) pen.lineTo(x, height * level - Math.sin(x / 90 + level * 9) * rise);
  pen.lineTo(width, height);
  pen.fill();
}

function circle(pen, x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

function face(pen, width) {
  const middle = width / 2;
  circle(pen, middle, middle, middle * 0.9, '#f7c948');
  circle(pen, middle * 0.7, middle * 0.8, middle * 0.1, '#3b2f0b');
  circle(pen, middle * 1.3, middle * 0.8, middle * 0.1, '#3b2f0b');
  pen.lineWidth = middle * 0.08;
  pen.strokeStyle = '#3b2f0b';
  pen.beginPath();
  pen.arc(middle, middle * 1.05, middle * 0.45, 0.15 * Math.PI, 0.85 * Math.PI);
  pen.stroke();
}

// The shortest file that says what it is; players show nothing of it.
const film = () => new File([new Uint8Array([0, 0, 0, 24, ...new TextEncoder().encode('ftypisom'), 0, 0, 2, 0,
  ...new TextEncoder().encode('isomiso2')])], 'sample.mp4', { type: 'video/mp4' });

/** A small file of the type. */
export async function sample(type) {
  switch (type) {
    case 'image': return drawn(640, 420, 'image/jpeg', 'sample.jpg', landscape);
    case 'sticker': return drawn(256, 256, 'image/webp', 'sample.webp', face);
    case 'audio': return new File([silentVoice(2)], 'sample.ogg', { type: 'audio/ogg' });
    case 'video': return film();
    default: return new File(['A document the emulator made up.\n'], 'sample.txt', { type: 'text/plain' });
  }
}
