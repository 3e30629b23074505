/**
 * How long ago an instant was, as `kubectl get` shows it: `<unknown>`, `12s`, `5m2s`, `3h`, `2d4h`, `40d`, `3y12d`.
 * Source: kubernetes apimachinery pkg/util/duration HumanDuration.
 *
 * @param instant RFC 3339 text; an empty one is not known
 */
export function since(instant: string, now: Date): string {
  const from = Date.parse(instant);
  if (Number.isNaN(from)) return '<unknown>';
  const seconds = Math.floor((now.getTime() - from) / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return two(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return hours < 24 * 365 * 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

function two(high: number, highUnit: string, low: number, lowUnit: string): string {
  return low === 0 ? `${high}${highUnit}` : `${high}${highUnit}${low}${lowUnit}`;
}
