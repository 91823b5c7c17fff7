/** On every page: shortcuts, menus, toasts, confirmations, preferences, and the tray when there is something in it. */
import './island/autosubmit';
import './island/password';
import './lib/confirm';
import './lib/menu';
import './lib/preferences';
import './lib/post';
import './lib/toast';
import './lib/help';
import { guardDrops, wakeTray } from './lib/files';

guardDrops();
wakeTray();
