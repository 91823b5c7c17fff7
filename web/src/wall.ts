/** The page of a wall: its editor, and the sheet that is printed of it. */
import './island/wall';
import { find } from './lib/dom';

find('[data-print]')?.addEventListener('click', () => print());
