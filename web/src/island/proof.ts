/**
 * <pano-proof data-user data-name data-placement data-code data-title [data-lat data-lon]><form>:
 * what is sent is saved on this phone first. Where nothing can be saved the form
 * is sent as it is. [data-where] says how far the phone is from the place.
 */
import { find, announce } from '../lib/dom';
import * as outbox from '../lib/outbox';
import { say } from '../lib/words';

/** Ms that a proof waits for its position. */
const patience = 10_000;

class Proof extends HTMLElement {
	private form!: HTMLFormElement;
	private busy = false;
	private full = false;
	private taken = '';
	private uuid = outbox.newId();
	private here: Promise<GeolocationPosition | null> | undefined;
	private found: GeolocationPosition | null = null;

	connectedCallback(): void {
		this.form = find<HTMLFormElement>('form', this)!;
		this.form.addEventListener('submit', (e) => void this.submit(e));
		for (const input of this.form.querySelectorAll<HTMLInputElement>('input[type=file]')) {
			input.addEventListener('change', () => this.chose(input));
		}
	}

	/** Chose shows what was taken and looks where we are. */
	private chose(input: HTMLInputElement): void {
		const file = input.files?.[0];
		const label = input.closest('label')!;
		const old = find<HTMLImageElement>('img', label);
		if (old) URL.revokeObjectURL(old.src);
		old?.remove();
		if (!file) return;
		const img = document.createElement('img');
		img.src = URL.createObjectURL(file);
		img.alt = say('phone.picture_of', find('b', label)?.textContent ?? '');
		label.append(img);
		if (input.name === 'near') this.taken = new Date().toISOString();
		this.here ??= this.locate();
	}

	private where(text: string): void {
		const p = find('[data-where]', this);
		if (p) p.textContent = text;
	}

	/** Locate resolves to where we are, or to null; it says which. */
	private locate(): Promise<GeolocationPosition | null> {
		if (!isSecureContext || !navigator.geolocation) {
			this.where(say('phone.where_insecure'));
			return Promise.resolve(null);
		}
		this.where(say('phone.where_wait'));
		return new Promise((ok) => {
			navigator.geolocation.getCurrentPosition(
				(p) => {
					this.found = p;
					const lat = Number(this.dataset['lat'] ?? NaN);
					const lon = Number(this.dataset['lon'] ?? NaN);
					const sure = Math.round(p.coords.accuracy);
					this.where(isNaN(lat) ? say('phone.where_only', sure) : say('phone.where_far', Math.round(metres(lat, lon, p.coords.latitude, p.coords.longitude)), sure));
					ok(p);
				},
				(err) => {
					this.where(err.code === err.PERMISSION_DENIED ? say('phone.where_denied') : say('phone.where_failed'));
					ok(null);
				},
				{ enableHighAccuracy: true, timeout: patience, maximumAge: 20_000 },
			);
		});
	}

	private problem(text: string): void {
		const p = find('[data-problem]', this)!;
		p.hidden = !text;
		p.textContent = text;
	}

	private async submit(e: SubmitEvent): Promise<void> {
		if (this.full) return; // the phone is full: sent as it is
		e.preventDefault();
		if (this.busy) return;
		this.busy = true;
		find('[data-send]', this)?.setAttribute('aria-busy', 'true');
		this.problem('');
		try {
			if (!(await outbox.available())) {
				this.form.submit();
				return;
			}
			await this.save();
		} finally {
			this.busy = false;
			find('[data-send]', this)?.removeAttribute('aria-busy');
		}
	}

	private async save(): Promise<void> {
		const data = new FormData(this.form);
		const text = (name: string): string => String(data.get(name) ?? '');
		const uuid = this.uuid;
		const here = (this.here ??= this.locate());
		let entry: outbox.Entry;
		try {
			entry = {
				uuid, user: this.dataset['user']!, userName: this.dataset['name']!, code: this.dataset['code']!, placement: text('placement'), title: this.dataset['title']!,
				kind: text('kind'), verdict: text('verdict'), remark: text('remark'), near: (await bytesOf(data.get('near')))!, wide: await bytesOf(data.get('wide')),
				...coordinates(this.found), taken: this.taken || new Date().toISOString(), after: this.found ? 0 : Date.now() + patience, problem: '',
			};
		} catch {
			this.problem(say('phone.unreadable'));
			return;
		}
		try {
			await outbox.save(entry);
		} catch {
			this.problem(say('phone.full'));
			this.full = true;
			return;
		}
		this.reset();
		announce(navigator.onLine ? say('phone.saved') : say('phone.saved_offline'));
		void navigator.storage?.persist?.();
		if (!entry.lat) await outbox.locate(uuid, coordinates(await here)).catch(() => {});
		void outbox.flush(entry.user);
		void here;
	}

	/** Reset makes the form ready for another proof, under another id. */
	private reset(): void {
		this.form.reset();
		for (const img of this.form.querySelectorAll<HTMLImageElement>('.phone-shot img')) {
			URL.revokeObjectURL(img.src);
			img.remove();
		}
		this.uuid = outbox.newId();
		this.taken = '';
		this.found = null;
		this.here = undefined;
		this.where(say('phone.where_later'));
		const hidden = find<HTMLInputElement>('[name=client_uuid]', this);
		if (hidden) hidden.value = outbox.newId();
	}
}

const coordinates = (p: GeolocationPosition | null): Pick<outbox.Entry, 'lat' | 'lon' | 'accuracy'> => ({
	lat: p?.coords.latitude ?? null,
	lon: p?.coords.longitude ?? null,
	accuracy: p?.coords.accuracy ?? null,
});

/** BytesOf reads a file now: what a phone's gallery lends may be gone later. */
async function bytesOf(v: FormDataEntryValue | null): Promise<Blob | null> {
	if (!(v instanceof File) || !v.size) return null;
	return new Blob([await v.arrayBuffer()], { type: v.type });
}

function metres(lat1: number, lon1: number, lat2: number, lon2: number): number {
	const rad = Math.PI / 180;
	const half = (d: number): number => Math.sin((d * rad) / 2) ** 2;
	return 12_742_017.6 * Math.asin(Math.sqrt(Math.min(1, half(lat2 - lat1) + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * half(lon2 - lon1))));
}

customElements.define('pano-proof', Proof);
