import { quickMatrix } from '../matrix/quick.ts';

// Every second point of the quick kill matrix; two halves run side by side.
quickMatrix(0);
