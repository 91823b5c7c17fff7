/** The schedule: bars that can be moved. */
import './island/schedule';
