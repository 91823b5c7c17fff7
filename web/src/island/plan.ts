/**
 * <pano-plan> around img[data-picture], svg[data-marks] and rows [data-point] with
 * fields named x and y, in per cent of the picture.
 *
 * A click on the picture fills the row that has the focus, or the first without a
 * spot, and goes on to where that is on the earth. Spots are drawn with their
 * numbers as they are typed.
 */
import { find } from '../lib/dom';

class Plan extends HTMLElement {
	private row: HTMLElement | null = null; // that had the focus last
	private gone: AbortController | undefined;

	connectedCallback(): void {
		this.gone = new AbortController();
		const { signal } = this.gone;
		this.addEventListener('input', () => this.draw(), { signal });
		this.addEventListener('focusin', (e) => (this.row = (e.target as Element).closest<HTMLElement>('[data-point]')), { signal });
		find('[data-picture]', this)!.addEventListener('click', (e) => this.take(e), { signal });
		this.wait(find<HTMLImageElement>('[data-picture]', this)!);
		this.draw();
	}

	/** Wait asks again for a picture that is being made. */
	private wait(picture: HTMLImageElement): void {
		let times = 0;
		const again = (): void => {
			if (++times < 20) setTimeout(() => this.isConnected && (picture.src = picture.src.replace(/&again=.*|$/, '&again=' + times)), 1000);
		};
		picture.addEventListener('error', again, { signal: this.gone!.signal });
		if (picture.complete && !picture.naturalWidth) again();
	}

	disconnectedCallback(): void {
		this.gone?.abort();
	}

	private get rows(): HTMLElement[] {
		return [...this.querySelectorAll<HTMLElement>('[data-point]')];
	}

	private field(row: HTMLElement, name: string): HTMLInputElement {
		return find<HTMLInputElement>(`[name=${name}]`, row)!;
	}

	private take(e: MouseEvent): void {
		const box = (e.target as Element).getBoundingClientRect();
		const row = this.row ?? this.rows.find((r) => !this.field(r, 'x').value);
		if (!row) return;
		this.field(row, 'x').value = (((e.clientX - box.left) / box.width) * 100).toFixed(3);
		this.field(row, 'y').value = (((e.clientY - box.top) / box.height) * 100).toFixed(3);
		this.draw();
		this.field(row, 'at').focus();
		this.row = null; // the next click is of the next point
	}

	private draw(): void {
		const marks = this.querySelector('[data-marks]')!;
		const picture = find<HTMLImageElement>('[data-picture]', this)!;
		const tall = picture.height / picture.width || 1;
		const made: SVGElement[] = [];
		this.rows.forEach((row, i) => {
			const [x, y] = ['x', 'y'].map((name) => parseFloat(this.field(row, name).value.replace(',', '.')));
			if (!(x! >= 0 && x! <= 100 && y! >= 0 && y! <= 100)) return;
			const g = document.createElementNS('http://www.w3.org/2000/svg', 'g');
			g.setAttribute('transform', `translate(${x} ${y}) scale(1 ${1 / tall})`);
			for (const [tag, props] of [['circle', { r: '1.4' }], ['text', { x: '1.8', y: '-1' }]] as const) {
				const el = document.createElementNS('http://www.w3.org/2000/svg', tag);
				for (const [name, value] of Object.entries(props)) el.setAttribute(name, value);
				if (tag === 'text') el.textContent = String(i + 1);
				g.append(el);
			}
			made.push(g);
		});
		marks.replaceChildren(...made);
	}
}

customElements.define('pano-plan', Plan);
