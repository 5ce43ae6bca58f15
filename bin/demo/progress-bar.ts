import { Presets, SingleBar } from 'cli-progress';
import { formatBytes } from './report.ts';

export interface BarState {
  readonly phase: string;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Bytes a second. */
  readonly rate: number;
}

/** A progress bar on standard error; where that is no terminal, a line for each phase. */
export function createProgressBar(title: string): { show(state: BarState): void; stop(): void } {
  if (!process.stderr.isTTY) return linePrinter(title);
  const bar = new SingleBar(
    {
      format: `  ${title} {bar} {percentage}% | {done} of {all} | {speed}/s | {phase}`,
      hideCursor: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(1, 0, { done: '-', all: '-', speed: '-', phase: 'WAITING' });
  return {
    show(state) {
      bar.setTotal(Math.max(state.bytesTotal, 1));
      bar.update(state.bytesDone, {
        done: formatBytes(state.bytesDone),
        all: formatBytes(state.bytesTotal),
        speed: formatBytes(state.rate),
        phase: state.phase,
      });
    },
    stop: () => bar.stop(),
  };
}

function linePrinter(title: string): ReturnType<typeof createProgressBar> {
  let last = '';
  return {
    show(state) {
      const percent = state.bytesTotal > 0 ? Math.floor((state.bytesDone / state.bytesTotal) * 10) * 10 : 0;
      const line = `  ${title}: ${state.phase} ${percent} %`;
      if (line !== last) process.stderr.write(`${line}\n`);
      last = line;
    },
    stop: () => undefined,
  };
}
