/**
 * <pano-autosubmit><form>…<select>…<button data-fallback></form></pano-autosubmit>
 * sends its form when a choice changes. Arrowing through a closed list with the
 * keyboard does not send until Enter or the focus leaves. The button is for
 * pages without scripts.
 */
class Autosubmit extends HTMLElement {
	private byKey = false;
	private changed = false;

	connectedCallback(): void {
		this.addEventListener('keydown', (e) => {
			this.byKey = e.key !== 'Enter';
			if (e.key === 'Enter') this.send();
		});
		this.addEventListener('pointerdown', () => (this.byKey = false));
		this.addEventListener('change', () => {
			this.changed = true;
			if (!this.byKey) this.send();
		});
		this.addEventListener('focusout', () => this.send());
	}

	private send(): void {
		if (!this.changed) return;
		this.changed = false;
		this.querySelector('form')?.requestSubmit();
	}
}

customElements.define('pano-autosubmit', Autosubmit);
