import { useEffect } from 'react';

/** Names the browser's tab, for as long as the part that names it is shown. */
export const usePageTitle = (title: string): void => {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · mexc-sniper`;
    return () => {
      document.title = before;
    };
  }, [title]);
};
