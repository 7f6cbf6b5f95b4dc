import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';

/** Rows further away from the screen than this are not drawn. */
const NEAR_PX = 300;

/** Below this many rows all are drawn: a search of the browser finds them. */
export const DRAW_ALL = 60;
/** A screen's worth is drawn before anybody knows where it stands. */
const DRAW_FIRST = 20;

interface Props {
  /** Its place among its likes, from 0. */
  readonly n: number;
  /** How high it is before it was drawn, px. */
  readonly height: number;
  readonly children: ReactNode;
}

/** Whether an element is on the screen or near it, and how high it was when it was. */
const useNear = (element: RefObject<HTMLElement | null>, atFirst: boolean) => {
  const [near, setNear] = useState(atFirst);
  const [height, setHeight] = useState<number | null>(null);
  useEffect(() => {
    const watched = element.current;
    if (watched === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry === undefined) return;
        if (!entry.isIntersecting) setHeight(entry.boundingClientRect.height);
        setNear(entry.isIntersecting);
      },
      { rootMargin: `${NEAR_PX}px 0px` },
    );
    observer.observe(watched);
    return () => observer.disconnect();
  }, [element]);
  return { near, height };
};

/** Draws what it holds only while that is on the screen or near it; else there is room in its place. */
export const WhenNear = ({ n, height, children }: Props) => {
  const element = useRef<HTMLDivElement>(null);
  const { near, height: was } = useNear(element, n < DRAW_FIRST);
  return (
    <div ref={element} style={near ? undefined : { height: was ?? height }}>
      {near ? children : null}
    </div>
  );
};

/** The same for a few rows of a table: a body of their own. */
export const RowsWhenNear = ({ n, height, children }: Props) => {
  const element = useRef<HTMLTableSectionElement>(null);
  const { near, height: was } = useNear(element, n < DRAW_FIRST);
  return (
    <tbody ref={element}>
      {near ? (
        children
      ) : (
        <tr style={{ height: was ?? height }}>
          <td />
        </tr>
      )}
    </tbody>
  );
};
