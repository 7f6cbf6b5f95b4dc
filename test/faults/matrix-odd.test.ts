import { quickMatrix } from '../matrix/quick.ts';

// Every other second point of the quick kill matrix.
quickMatrix('odd');
