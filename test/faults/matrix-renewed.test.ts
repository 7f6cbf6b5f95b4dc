import { quickMatrix } from '../matrix/quick.ts';

// Points of the quick kill matrix that need workflows which continue as new.
quickMatrix('renewed');
