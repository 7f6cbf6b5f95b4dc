export type Theme = 'dark' | 'light';

const KEY = 'theme';

/** Dark unless a person chose otherwise. */
export const storedTheme = (): Theme => {
  try {
    return localStorage.getItem(KEY) === 'light' ? 'light' : 'dark';
  } catch {
    return 'dark'; // storage is forbidden here: the choice lasts as long as the page
  }
};

export const setTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
};
