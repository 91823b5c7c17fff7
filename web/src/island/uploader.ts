/**
 * <pano-uploader accept="image/jpeg,image/png,image/tiff,application/pdf" max="2147483648">
 *   <form method="post" action="/assets" enctype="multipart/form-data">
 *     <input type="file" name="file" multiple>  <input type="file" webkitdirectory data-needs-script>
 *     <button data-fallback>…</button>
 *   </form>
 * </pano-uploader>
 *
 * Takes files and folders dropped anywhere on the page or chosen in a field
 * inside it, and hands them to the queue (lib/queue), which sends them to
 * /files/ by tus. accept lists media types or ".ext", max is bytes; what fits
 * neither is refused here, with the reason, before it is sent. Fields with
 * data-batch, anywhere on the page (kind, campaign, agency, width_mm,
 * height_mm), apply to the files that come after. Without scripts the form
 * sends files the plain way.
 */
import { find, make } from '../lib/dom';
import { type Batch, type Found, chosen, gather, tray } from '../lib/files';
import { say } from '../lib/words';

class Uploader extends HTMLElement {
	private gone: AbortController | undefined;
	private veil: HTMLElement | undefined;

	connectedCallback(): void {
		this.gone = new AbortController();
		const { signal } = this.gone;
		const files = (e: DragEvent): boolean => !!e.dataTransfer?.types.includes('Files');
		document.addEventListener('dragenter', (e) => files(e) && this.lift(), { signal });
		document.addEventListener('dragleave', (e) => !e.relatedTarget && this.lower(), { signal });
		document.addEventListener('dragover', (e) => {
			if (!files(e)) return;
			e.preventDefault();
			e.dataTransfer!.dropEffect = 'copy';
		}, { signal });
		document.addEventListener('drop', (e) => {
			this.lower();
			if (!files(e)) return;
			e.preventDefault();
			void gather(e.dataTransfer!).then((found) => this.take(found));
		}, { signal });
		this.addEventListener('change', (e) => {
			if (!(e.target instanceof HTMLInputElement) || e.target.type !== 'file') return;
			void this.take(chosen(e.target));
			e.target.value = '';
		}, { signal });
		if (find('[data-tray-here]')) void tray();
	}

	disconnectedCallback(): void {
		this.gone?.abort();
		this.lower();
	}

	private async take(found: Found[]): Promise<void> {
		if (!found.length) return;
		const { queue } = await tray();
		queue.add(found.map((f) => ({ ...f, refusal: this.refusal(f.file) })), this.batch());
	}

	/** Refusal says why a file is not even sent, "" if it is. */
	private refusal(file: File): string {
		const max = Number(this.getAttribute('max') ?? Infinity);
		if (file.size > max) return say('upload.too_big', Math.round(max / 1e6));
		if (!file.size) return say('upload.no_bytes');
		const accept = (this.getAttribute('accept') ?? '').toLowerCase().split(/[\s,]+/).filter(Boolean);
		const fits = (a: string): boolean => (a.startsWith('.') ? file.name.toLowerCase().endsWith(a) : file.type === a);
		return !accept.length || accept.some(fits) ? '' : say('upload.not_taken');
	}

	private batch(): Batch {
		const batch: Batch = {};
		for (const el of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-batch]')) if (el.value) batch[el.name] = el.value;
		return batch;
	}

	private lift(): void {
		this.veil ??= document.body.appendChild(make('div', { class: 'drop-veil', 'aria-hidden': 'true' }, say('upload.drop_here')));
	}

	private lower(): void {
		this.veil?.remove();
		this.veil = undefined;
	}
}

customElements.define('pano-uploader', Uploader);
