/** <details data-menu>: closes on Esc, on a click beside it and when the focus leaves. */
const menus = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll<HTMLDetailsElement>('details[data-menu][open]');

function closeAround(e: Event): void {
	for (const menu of menus()) if (!(e.target instanceof Node && menu.contains(e.target))) menu.open = false;
}

document.addEventListener('click', closeAround);
document.addEventListener('focusin', closeAround);
document.addEventListener('keydown', (e) => {
	if (e.key !== 'Escape') return;
	for (const menu of menus()) {
		menu.open = false;
		menu.querySelector('summary')?.focus();
		e.preventDefault();
	}
});
document.addEventListener('click', (e) => {
	const button = e.target instanceof Element && e.target.closest<HTMLElement>('[data-toggle]');
	const target = button && document.getElementById(button.dataset['toggle']!);
	if (!button || !target) return;
	const open = target.toggleAttribute('data-open');
	button.setAttribute('aria-expanded', String(open));
});
