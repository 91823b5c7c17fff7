/**
 * <pano-zoom src="/assets/…/original-or-preview" width="4724" height="14764" mm="800"><img …></pano-zoom>
 *
 * Shows the server's picture first. "Phóng to", a double click or + loads the
 * viewer (OpenSeadragon) over the one picture at src; info="/iiif/…/info.json"
 * takes its tiles instead. mm is the finished width: with it 1:1 shows the
 * piece at real size on a 96 dpi screen. + − 0 zoom and fit, F is full screen.
 * Without scripts the picture stays a link or an image as the server wrote it.
 */
import type OpenSeadragon from 'openseadragon';
import { make } from '../lib/dom';
import { shortcut } from '../lib/keys';
import { say } from '../lib/words';

class Zoom extends HTMLElement {
	private viewer: OpenSeadragon.Viewer | undefined;
	private undo: (() => void)[] = [];

	connectedCallback(): void {
		if (!this.querySelector('.zoom-tools')) this.append(this.tools());
		this.addEventListener('dblclick', () => !this.viewer && void this.open());
		this.undo = [
			shortcut({ keys: ['+', '='], label: say('zoom.in'), run: () => void this.by(1.5) }),
			shortcut({ keys: ['-'], label: say('zoom.out'), run: () => void this.by(1 / 1.5) }),
			shortcut({ keys: ['0'], label: say('zoom.fit'), run: () => void this.viewer?.viewport.goHome() }),
			shortcut({ keys: ['f'], label: say('zoom.full'), run: () => this.full() }),
		];
	}

	disconnectedCallback(): void {
		for (const f of this.undo) f();
		this.viewer?.destroy();
		this.viewer = undefined;
	}

	private tools(): HTMLElement {
		const tool = (sign: string, words: string, act: () => void): HTMLElement => make('button', { type: 'button', 'aria-label': words, title: words, click: act }, sign);
		const bar = make('div', { class: 'zoom-tools', role: 'group', 'aria-label': say('zoom.title') });
		bar.append(tool('+', say('zoom.in'), () => void this.by(1.5)), tool('−', say('zoom.out'), () => void this.by(1 / 1.5)), make('button', { type: 'button', click: () => void this.viewer?.viewport.goHome() }, say('zoom.fit')));
		bar.append(tool('⛶', say('zoom.full'), () => this.full()));
		if (this.hasAttribute('mm')) bar.append(make('button', { type: 'button', click: () => void this.real() }, say('zoom.real')));
		return bar;
	}

	private async open(): Promise<OpenSeadragon.Viewer | undefined> {
		if (this.viewer) return this.viewer;
		const { default: OSD } = await import('openseadragon');
		if (this.viewer || !this.isConnected) return this.viewer;
		keepStyleOut();
		const view = make('div', { class: 'zoom-view' });
		const picture = this.querySelector('img');
		this.prepend(view);
		const viewer = OSD({
			element: view,
			drawer: 'canvas',
			tileSources: (this.getAttribute('info') ?? { type: 'image', url: this.getAttribute('src') ?? picture?.src }) as string,
			showNavigationControl: false,
			animationTime: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 0.15,
			visibilityRatio: 0.5,
			maxZoomPixelRatio: 8,
			gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
		});
		viewer.canvas.setAttribute('aria-label', picture?.alt || say('zoom.title'));
		viewer.canvas.setAttribute('role', 'application');
		await new Promise<void>((done) => {
			viewer.addOnceHandler('open', () => done());
			viewer.addOnceHandler('open-failed', () => done());
		});
		if (picture) picture.hidden = true;
		return (this.viewer = viewer);
	}

	private async by(factor: number): Promise<void> {
		const view = (await this.open())?.viewport;
		view?.zoomBy(factor);
		view?.applyConstraints();
	}

	/** Real shows one millimetre of the piece as one millimetre of a 96 dpi screen. */
	private async real(): Promise<void> {
		const view = (await this.open())?.viewport;
		if (view) view.zoomTo(((Number(this.getAttribute('mm')) / 25.4) * 96) / view.getContainerSize().x);
	}

	private full(): void {
		void (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen?.().then(() => this.open()));
	}
}

/**
 * The viewer adds a style element, which the pages' policy forbids, unless one
 * with its mark is there. This one is no HTML, so it styles nothing.
 */
function keepStyleOut(): void {
	if (document.querySelector('style[data-openseadragon-mobile-css]')) return;
	const decoy = document.createElementNS('urn:pano', 'style');
	decoy.setAttribute('data-openseadragon-mobile-css', '');
	document.head.append(decoy);
}

customElements.define('pano-zoom', Zoom);
