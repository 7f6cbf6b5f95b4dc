const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** In which zone a time is shown: UTC, or that of the browser. */
export type Zone = 'utc' | 'local';

/** "UTC" or "local", as it stands beside a time. */
export const zoneName = (zone: Zone): string => (zone === 'utc' ? 'UTC' : 'local');

/** The same moment with its local fields where UTC ones are read. */
const shifted = (iso: string, zone: Zone): Date => {
  const date = new Date(iso);
  return zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
};

/** "12:04:31"; with ms when asked. */
export const clockText = (iso: string, withMs = false, zone: Zone = 'utc'): string => {
  const date = shifted(iso, zone);
  const text = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return withMs ? `${text}.${pad(date.getUTCMilliseconds(), 3)}` : text;
};

/** "2026-11-21 12:04:31.050 UTC": the exact time, for titles. */
export const exactText = (iso: string, zone: Zone = 'utc'): string =>
  `${shifted(iso, zone).toISOString().slice(0, 10)} ${clockText(iso, true, zone)} ${zoneName(zone)}`;

/** How long something takes or took: "420 ms", "12 s", "3 min 5 s", "2 h 10 min", "4 d". */
export const durationText = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1000) return `${whole} ms`;
  const seconds = Math.floor(whole / 1000);
  if (seconds < 60) return whole < 10_000 ? `${(whole / 1000).toFixed(1)} s` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
};

/** Age in its largest unit, so that it does not flicker: "now", "5 s ago", "9 min ago". */
export const agoText = (ms: number): string => {
  if (ms < 1500) return 'now';
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
};

/** Time left until an opening: "00:12", "1:04:09", "2 d 03:10". Past: "00:00". */
export const countdownText = (leftMs: number): string => {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const hours = Math.floor(seconds / 3600);
  const clock = `${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`;
  if (hours === 0) return clock;
  if (hours < 24) return `${hours}:${clock}`;
  return `${Math.floor(hours / 24)} d ${pad(hours % 24)}:${clock.slice(0, 2)}`;
};
