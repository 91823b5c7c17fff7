type Props = Record<string, string | boolean | ((e: Event) => void)>;

/** Make returns an element with attributes, listeners (functions, under the name of the event) and children. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
	const el = document.createElement(tag);
	for (const [name, value] of Object.entries(props)) {
		if (typeof value === 'function') el.addEventListener(name, value);
		else if (value === true) el.setAttribute(name, '');
		else if (value !== false) el.setAttribute(name, value);
	}
	el.append(...children);
	return el;
}

/** Find is querySelector for HTML elements. */
export function find<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T | null {
	return root.querySelector<T>(selector);
}

/** Closest is the element at or around the target of e that matches, if any. */
export function closest<T extends HTMLElement = HTMLElement>(e: Event, selector: string): T | null {
	return e.target instanceof Element ? e.target.closest<T>(selector) : null;
}

/** Typing reports whether the keys pressed belong to a control that takes text. */
export function typing(e: Event): boolean {
	return !!closest(e, 'input:not([type=checkbox],[type=radio],[type=button],[type=submit]),textarea,select,[contenteditable]');
}

/** Announce says text to screen readers, in the one live region of the page. */
export function announce(text: string): void {
	const live = document.getElementById('live');
	if (!live) return;
	live.textContent = '';
	setTimeout(() => (live.textContent = text), 60);
}
