/** Pages that list things: search as you type, choosing several, and what is still being made. */
import './island/live';
import './island/grid';
import './island/poll';
