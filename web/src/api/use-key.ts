import { useRef } from 'react';
import { newKey } from './new-key.ts';

/** For the Idempotency-Key: the same body sent again is the same command, another body another. */
export const useKey = (): ((body: unknown) => string) => {
  const last = useRef({ body: '', key: '' });
  return (body) => {
    const text = JSON.stringify(body);
    if (last.current.body !== text) last.current = { body: text, key: newKey() };
    return last.current.key;
  };
};
