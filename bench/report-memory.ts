// Preloaded into a measured process: says at its end how much memory it held at most.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(2, `peak-kilobytes ${process.resourceUsage().maxRSS}\n`);
});
