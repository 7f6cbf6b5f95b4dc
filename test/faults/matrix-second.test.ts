import { quickMatrix } from '../matrix/quick.ts';

// Every third point from the second of the quick kill matrix; the parts run side by side.
quickMatrix('second');
