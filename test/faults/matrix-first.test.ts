import { quickMatrix } from '../matrix/quick.ts';

// Every third point of the quick kill matrix; the parts run side by side.
quickMatrix('first');
