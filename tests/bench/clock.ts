/** Time, and what is made of several measurements. */

/** One measurement. */
export interface Measured {
  /** Milliseconds that passed. */
  readonly ms: number;
  /** Other work on the computer kept this process waiting meanwhile. */
  readonly isDisturbed: boolean;
}

/** Starts to measure; call what it gives at the end. */
export function stopwatch(): () => Measured {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  return () => {
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    const { user, system } = process.cpuUsage(cpu);
    return { ms, isDisturbed: (user + system) / 1000 < ms * 0.95 };
  };
}

/** The middle one of those that nothing disturbed, in milliseconds; of all, where all were disturbed. */
export function median(measured: readonly Measured[]): number {
  const calm = measured.filter(({ isDisturbed }) => !isDisturbed);
  const sorted = (calm.length > 0 ? calm : measured).map(({ ms }) => ms).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
