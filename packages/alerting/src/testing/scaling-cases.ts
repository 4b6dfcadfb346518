import type { RuleCases } from "./rule-behaviour.ts";
import { member, server } from "./series.ts";

const idleForTenMinutes = { seconds: 600, busy: 5 };

/** Of the two alerts that wake the scaler. */
export const scalingCases: RuleCases = {
  // --- growing: mean CPU above 69 % for 20 s
  PoolLoadHigh: [
    {
      when: "the load steps to 100 % and stays",
      series: server("seed", { seconds: 60, busy: 10 }, { seconds: 120, busy: 100 }),
      fires: { 60: 0, 90: 0, 110: 1, 170: 1 },
    },
    {
      when: "the load steps to 80 % and stays",
      series: server("seed", { seconds: 60, busy: 50 }, { seconds: 120, busy: 80 }),
      fires: { 60: 0, 120: 1, 170: 1 },
    },
    {
      when: "a spike is over after 15 s",
      series: server(
        "seed",
        { seconds: 60, busy: 30 },
        { seconds: 15, busy: 100 },
        { seconds: 120, busy: 30 },
      ),
      fires: { 70: 0, 80: 0, 90: 0, 100: 0, 110: 0, 120: 0, 150: 0 },
    },
    {
      when: "the load goes up and down within the window",
      series: server(
        "seed",
        ...Array.from({ length: 20 }, () => [
          { seconds: 10, busy: 95 },
          { seconds: 10, busy: 30 },
        ]).flat(),
      ),
      fires: { 60: 0, 90: 0, 120: 0, 150: 0, 180: 0, 210: 0, 250: 0, 300: 0, 350: 0 },
    },
    {
      when: "it stays just below its band's upper edge",
      series: server("seed", { seconds: 300, busy: 68 }),
      fires: { 100: 0, 200: 0, 290: 0 },
    },
    {
      when: "a busy server vanishes and the others are calm",
      series: [
        ...server("a", { seconds: 100, busy: 60 }, { seconds: 100 }),
        ...server("b", { seconds: 200, busy: 60 }),
      ],
      fires: { 90: 0, 110: 0, 130: 0, 150: 0, 190: 0 },
    },
    {
      when: "a server vanishes and its load goes to the one that is left",
      series: [
        ...server("a", { seconds: 100, busy: 60 }, { seconds: 100 }),
        ...server("b", { seconds: 100, busy: 60 }, { seconds: 100, busy: 100 }),
      ],
      fires: { 90: 0, 190: 1 },
    },
    {
      when: "a new idle server takes the mean into the band",
      series: [
        ...server("a", { seconds: 300, busy: 90 }),
        ...member("b", { before: 120 }, { seconds: 180, busy: 5 }),
      ],
      fires: { 110: 1, 180: 0, 290: 0 },
    },
    {
      when: "no server has a reading",
      series: server("a", { seconds: 60, busy: 90 }, { seconds: 200 }),
      fires: { 110: 0, 150: 0, 250: 0 },
    },
    {
      when: "a calm server starts again and its counters begin at 0",
      series: server("a", { seconds: 100, busy: 40 }, { seconds: 100, busy: 40, isReset: true }),
      fires: { 100: 0, 110: 0, 120: 0, 130: 0, 150: 0, 190: 0 },
    },
  ],
  // --- shrinking: fewer servers would do for 300 s
  PoolLoadLow: [
    {
      when: "two servers idle for the whole window",
      series: [...server("a", idleForTenMinutes), ...server("b", idleForTenMinutes)],
      fires: { 60: 0, 280: 0, 350: 1, 590: 1 },
    },
    {
      when: "the load steps down from its band",
      series: ["a", "b", "c"].flatMap((name) =>
        server(name, { seconds: 100, busy: 60 }, { seconds: 500, busy: 20 }),
      ),
      fires: { 100: 0, 390: 0, 460: 1, 590: 1 },
    },
    {
      when: "four servers could do with one fewer and no more",
      series: ["a", "b", "c", "d"].flatMap((name) => server(name, { seconds: 600, busy: 44 })),
      fires: { 350: 1, 590: 1 },
    },
    {
      when: "the load is below the band but every server is needed",
      series: ["a", "b"].flatMap((name) => server(name, { seconds: 600, busy: 45 })),
      fires: { 350: 0, 450: 0, 590: 0 },
    },
    {
      when: "the pool has its smallest size",
      series: server("a", idleForTenMinutes),
      fires: { 350: 0, 590: 0 },
    },
    {
      when: "two are the smallest size",
      series: ["a", "b"].flatMap((name) => server(name, idleForTenMinutes)),
      policy: { minSize: 2 },
      fires: { 350: 0, 590: 0 },
    },
    {
      when: "a spike comes within the window",
      series: ["a", "b"].flatMap((name) =>
        server(name, { seconds: 250, busy: 10 }, { seconds: 60, busy: 90 }, { seconds: 280, busy: 10 }),
      ),
      fires: { 310: 0, 400: 0, 500: 0, 580: 0 },
    },
    {
      when: "the load goes up and down",
      series: ["a", "b"].flatMap((name) =>
        server(
          name,
          ...Array.from({ length: 6 }, () => [
            { seconds: 60, busy: 80 },
            { seconds: 60, busy: 5 },
          ]).flat(),
        ),
      ),
      fires: { 300: 0, 400: 0, 500: 0, 600: 0, 700: 0 },
    },
    {
      when: "a member has vanished and still is a target",
      series: [
        ...server("a", { seconds: 600, busy: 5 }),
        ...server("b", { seconds: 600, busy: 5 }),
        ...server("c", { seconds: 60, busy: 5 }, { seconds: 540 }),
      ],
      fires: { 350: 0, 450: 0, 590: 0 },
    },
    {
      when: "a member has left the pool and the others still are too many",
      series: [
        ...server("a", { seconds: 600, busy: 5 }),
        ...server("b", { seconds: 600, busy: 5 }),
        ...member("c", { leaves: true }, { seconds: 60, busy: 5 }),
      ],
      fires: { 80: 0, 480: 1 },
    },
    {
      when: "a new idle server has just joined",
      series: [
        ...server("a", { seconds: 700, busy: 55 }),
        ...member("b", { before: 300 }, { seconds: 400, busy: 2 }),
      ],
      fires: { 310: 0, 400: 0, 500: 0, 590: 0, 690: 1 },
    },
    {
      when: "the data ends within the window",
      series: ["a", "b"].flatMap((name) => server(name, { seconds: 200, busy: 5 }, { seconds: 400 })),
      fires: { 350: 0, 450: 0, 590: 0 },
    },
    {
      when: "a server that is needed starts again and its counters begin at 0",
      series: ["a", "b"].flatMap((name) =>
        server(name, { seconds: 300, busy: 55 }, { seconds: 300, busy: 55, isReset: true }),
      ),
      fires: { 310: 0, 350: 0, 590: 0 },
    },
  ],
};
