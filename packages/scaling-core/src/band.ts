/** Upper edge of the dead band. The product comes first: 60 * 115 / 100 is exactly 69. */
export function growAbove(target: number, tolerancePercent: number): number {
  return (target * (100 + tolerancePercent)) / 100;
}

/** Lower edge of the dead band. */
export function shrinkBelow(target: number, tolerancePercent: number): number {
  return (target * (100 - tolerancePercent)) / 100;
}
