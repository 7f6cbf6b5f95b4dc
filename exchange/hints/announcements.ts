import { field, textOrNull } from './fields.ts';
import { openTimeOf } from './opening-time.ts';

/** A piece of news of the exchange. What a title says is read elsewhere. */
export interface Announcement {
  readonly title: string;
  readonly url: string | null;
  readonly language: string | null;
  /** When it was posted, epoch ms; null when it is missing or odd. */
  readonly postedAtMs: number | null;
}

/** Throws RangeError without a title. */
export const toAnnouncement = (item: unknown): Announcement => {
  const title = field(item, 'title');
  if (typeof title !== 'string' || title === '') throw new RangeError('no title');
  return {
    title,
    url: textOrNull(field(item, 'url')),
    language: textOrNull(field(item, 'language')),
    postedAtMs: openTimeOf(field(item, 'postTime')),
  };
};
