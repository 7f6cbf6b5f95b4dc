/** Says what is being done, and for anything over two seconds that it still is. */
export interface Progress {
  step<T>(what: string, work: () => Promise<T>): Promise<T>;
}

const FIRST_MS = 2000;
const EVERY_MS = 10_000;

/** Quiet for quick steps; a line when one takes longer than two seconds, and when it ended. */
export const createProgress = (print: (line: string) => void): Progress => ({
  step: async (what, work) => {
    const startedAtMs = Date.now();
    const seconds = () => Math.round((Date.now() - startedAtMs) / 1000);
    let said = false;
    const say = () => {
      print(said ? `  ${what}: ${seconds()} s so far` : `  ${what} ...`);
      said = true;
    };
    const first = setTimeout(say, FIRST_MS);
    const more = setInterval(say, EVERY_MS);
    try {
      const result = await work();
      if (said) print(`  ${what}: done in ${seconds()} s`);
      return result;
    } finally {
      clearTimeout(first);
      clearInterval(more);
    }
  },
});
