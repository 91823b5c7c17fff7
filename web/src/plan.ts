/** A picture under the map: its control points. */
import './island/plan';
