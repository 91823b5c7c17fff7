/** Pages that show one picture closely. */
import './island/zoom';
