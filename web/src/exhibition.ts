/** The page of an exhibition: its list, put in order. */
import './island/order';
