/** <pano-password><input type="password"></pano-password> gets a button that shows what was typed. */
import { make } from '../lib/dom';
import { say } from '../lib/words';

class Password extends HTMLElement {
	connectedCallback(): void {
		const input = this.querySelector('input');
		if (!input || this.querySelector('button')) return;
		const button = make('button', { type: 'button', class: 'reveal-button', 'aria-label': say('auth.show_password') }, say('act.show'));
		button.addEventListener('click', () => {
			const shown = input.type === 'password';
			input.type = shown ? 'text' : 'password';
			button.setAttribute('aria-label', shown ? say('auth.hide_password') : say('auth.show_password'));
			button.textContent = shown ? say('act.hide') : say('act.show');
			input.focus();
		});
		input.form?.addEventListener('submit', () => (input.type = 'password'));
		this.append(button);
	}
}

customElements.define('pano-password', Password);
