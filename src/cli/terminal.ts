import { closeSync, openSync, writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';

const ENTER = /[\r\n]/;
const CANCEL = ['\u0003', '\u0004'];
const RUBOUT = ['\u007f', '\b'];

/**
 * Asks on the controlling terminal and reads one line from it, unseen unless `isSeen`; stdin stays untouched, because it may be
 * the input of kubectl. Undefined when there is no terminal, or the person gave up (Ctrl-C, Ctrl-D).
 */
export async function askOnTerminal(question: string, isSeen = false): Promise<string | undefined> {
  let handle: number;
  try {
    handle = openSync(process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty', 'r+');
  } catch {
    return undefined;
  }
  const tty = await import('node:tty');
  const terminal = new tty.ReadStream(handle);
  try {
    terminal.setRawMode(true);
    writeSync(handle, question);
    return await readLine(terminal, (text) => isSeen && writeSync(handle, text));
  } finally {
    terminal.setRawMode(false);
    writeSync(handle, '\n');
    terminal.destroy();
    try {
      closeSync(handle);
    } catch {
      // The stream has closed it.
    }
  }
}

function readLine(terminal: ReadStream, show: (text: string) => unknown): Promise<string | undefined> {
  return new Promise((resolve) => {
    let line = '';
    terminal.setEncoding('utf8').on('data', (text: string | Buffer) => {
      for (const character of String(text)) {
        if (ENTER.test(character)) return resolve(line);
        if (CANCEL.includes(character)) return resolve(undefined);
        const isRubbedOut = RUBOUT.includes(character);
        if (!isRubbedOut) show(character);
        else if (line !== '') show('\b \b');
        line = isRubbedOut ? line.slice(0, -1) : line + character;
      }
    });
    terminal.on('error', () => resolve(undefined)).on('close', () => resolve(undefined));
  });
}
