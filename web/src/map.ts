/** The map of places, and its slider of days. */
import './island/map';
