import { useMutation, type UseMutationOptions } from '@tanstack/react-query';
import { useRef } from 'react';

/**
 * A mutation that is sent once at a time. `isPending` reaches the page only with the next render:
 * both clicks of a double click come before it, so `send` itself remembers that it is under way.
 */
export const useCommand = <Answer, Input = void>(
  options: UseMutationOptions<Answer, Error, Input>,
) => {
  const underWay = useRef(false);
  const { mutate, ...state } = useMutation(options);
  const send = (input: Input): void => {
    if (underWay.current) return;
    underWay.current = true;
    mutate(input, {
      onSettled: () => {
        underWay.current = false;
      },
    });
  };
  return { ...state, send };
};
