/**
 * Words for the reader's language. The build puts the keys that src says into
 * words.<lang>.js, which sets panoWords before any other script runs.
 */
declare global {
	var panoWords: Record<string, string> | undefined;
}

export const lang = document.documentElement.lang || 'vi';
const locale = lang === 'en' ? 'en-US' : 'vi-VN';

/** Say returns the words for key with args put in, as i18n.Words.Say does: %d and %.1f group their digits. */
export function say(key: string, ...args: (string | number)[]): string {
	let next = 0;
	return (globalThis.panoWords?.[key] ?? key).replace(/%(?:\.(\d))?(?:\[(\d+)\])?([dsf%])/g, (_, places, at, verb) => {
		if (verb === '%') return '%';
		if (at) next = Number(at) - 1;
		const arg = args[next++] ?? '';
		return typeof arg === 'number' ? number(arg, Number(places ?? 0)) : arg;
	});
}

/** Number groups digits: 1.234,5 or 1,234.5. */
export function number(n: number, places = 0): string {
	return new Intl.NumberFormat(locale, { maximumFractionDigits: places }).format(n);
}

/** Bytes writes an amount of data in steps of 1000: 118 MB. */
export function bytes(n: number): string {
	let i = 0;
	while (n >= 999.5 && i < 4) {
		n /= 1000;
		i++;
	}
	return number(n, i > 0 && n < 9.95 ? 1 : 0) + '\u00a0' + ['B', 'KB', 'MB', 'GB', 'TB'][i];
}

/** Left says how long something will still take. */
export function left(seconds: number): string {
	if (seconds < 60) return say('time.seconds_left', Math.max(1, Math.round(seconds)));
	if (seconds < 3600) return say('time.minutes_left', Math.round(seconds / 60));
	return say('time.hours_left', seconds / 3600);
}
