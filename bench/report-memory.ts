// Preloaded into a measured process: says at its end how much memory it held at most, and the processor time it took.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(2, `peak-kilobytes ${maxRSS} processor-microseconds ${userCPUTime + systemCPUTime}\n`);
});
