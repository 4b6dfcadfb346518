import fc from "fast-check";
import { calculate, scryptCost } from "./calculation.ts";

describe("scryptCost", () => {
  it.each([
    { number: 1, cost: 4 },
    { number: 13, cost: 16_384 },
    { number: 14, cost: 2 },
    { number: 27, cost: 16_384 },
  ])("is $cost for $number", ({ number, cost }) => {
    expect(scryptCost(number)).toBe(cost);
  });

  it("is a power of two from 2 to 16384 for every positive whole number", () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeNat(), fc.constantFrom(1e21, 1e300, Number.MAX_VALUE)), (number) => {
        const exponent = Math.log2(scryptCost(number));

        expect(Number.isInteger(exponent)).toBe(true);
        expect(exponent).toBeGreaterThanOrEqual(1);
        expect(exponent).toBeLessThanOrEqual(14);
      }),
    );
  });
});

describe("calculate", () => {
  it("gives 64 bytes of each hash, the same each time and different for another number", () => {
    const [first, again, other] = [calculate(14), calculate(14), calculate(28)];

    expect(first).toEqual(again);
    expect(first.pbkdf2Hash).toMatch(/^[0-9a-f]{128}$/);
    expect(first.scryptHash).toMatch(/^[0-9a-f]{128}$/);
    expect(other.pbkdf2Hash).not.toBe(first.pbkdf2Hash);
    expect(other.scryptHash).not.toBe(first.scryptHash);
  });
});
