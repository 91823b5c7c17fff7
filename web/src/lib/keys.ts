/**
 * Shortcuts. An island registers what it answers to for as long as it is on the
 * page; an element with data-hotkey="/" gets the focus (a field) or a click.
 * data-hotkey-label names it in the list, else its own name does. Keys are
 * written as people read them: "/", "u", "Ctrl+K", "Shift+ArrowDown".
 * Single letters keep still in fields and where <html data-keys="off">.
 */
import { typing } from './dom';

export interface Shortcut {
	keys: string[];
	label: string;
	/** Run answers the key; false means it was not for us. Without it the key is handled elsewhere and only listed. */
	run?: (e: KeyboardEvent) => boolean | void;
	/** When tells whether the key does something now. */
	when?: () => boolean;
	/** Typing: also while a field has the focus. */
	typing?: boolean;
}

const shortcuts = new Set<Shortcut>();

/** Shortcut registers s and returns how to take it back. */
export function shortcut(s: Shortcut): () => void {
	shortcuts.add(s);
	return () => void shortcuts.delete(s);
}

/** Live lists the shortcuts that do something on this page now. */
export function live(): { keys: string[]; label: string }[] {
	const all = new Map<string, { keys: string[]; label: string }>();
	for (const el of marked()) {
		const key = el.dataset['hotkey']!;
		if (!all.has(key)) all.set(key, { keys: [key], label: el.dataset['hotkeyLabel'] ?? el.getAttribute('aria-label') ?? el.textContent!.trim() });
	}
	for (const s of shortcuts) if (s.when?.() ?? true) all.set(s.keys.join(), { keys: s.keys, label: s.label });
	return [...all.values()].filter((s) => lettersOn() || s.keys.some((k) => !single(k)));
}

/** Marked are the visible elements with a key; those in the page's middle come first. */
function marked(): HTMLElement[] {
	const all = [...document.querySelectorAll<HTMLElement>('[data-hotkey]')].filter((el) => el.getClientRects().length > 0 || el.matches('input[type=file]'));
	return all.sort((a, b) => Number(!!b.closest('main')) - Number(!!a.closest('main')));
}

export function chord(e: KeyboardEvent): string {
	const key = e.key.length === 1 ? (e.ctrlKey || e.metaKey ? e.key.toUpperCase() : e.key.toLowerCase()) : e.key;
	// Shift is part of "?" and "+" already; it is told only of keys without a sign of their own.
	const shift = e.shiftKey && (e.key.length > 1 || e.ctrlKey || e.metaKey || /[a-z]/i.test(e.key));
	return (e.ctrlKey || e.metaKey ? 'Ctrl+' : '') + (e.altKey ? 'Alt+' : '') + (shift ? 'Shift+' : '') + key;
}

const single = (key: string): boolean => key.length === 1;
const lettersOn = (): boolean => document.documentElement.dataset['keys'] !== 'off';

document.addEventListener('keydown', (e) => {
	if (e.defaultPrevented || e.isComposing) return;
	const pressed = chord(e);
	const inField = typing(e);
	if (single(pressed) && (inField || !lettersOn())) return;
	if (document.querySelector('dialog[open]')) return;
	for (const s of shortcuts) {
		if (!s.run || !s.keys.includes(pressed) || (inField && !s.typing) || s.when?.() === false) continue;
		if (s.run(e) === false) continue;
		e.preventDefault();
		return;
	}
	const el = marked().find((m) => m.dataset['hotkey'] === pressed);
	if (!el) return;
	e.preventDefault();
	if (el.matches('input:not([type=file],[type=checkbox],[type=radio]),textarea,select')) {
		el.focus();
		if (el instanceof HTMLInputElement) el.select();
	} else el.click();
});
