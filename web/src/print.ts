/** Pages that are made to be printed. */
import { find } from './lib/dom';

find('[data-print]')?.addEventListener('click', () => print());
