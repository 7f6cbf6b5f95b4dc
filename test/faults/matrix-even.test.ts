import { quickMatrix } from '../matrix/quick.ts';

// Every second point of the quick kill matrix; the parts run side by side.
quickMatrix('even');
