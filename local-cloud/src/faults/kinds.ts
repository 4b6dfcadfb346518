import { cloneWithoutNetwork } from "./clone-without-network.ts";
import { createRefused } from "./create-refused.ts";
import { cutAnswer } from "./cut-answer.ts";
import type { FaultKind } from "./fault.ts";
import { lateIp } from "./late-ip.ts";
import { lostAfter } from "./lost-after.ts";
import { lostBefore } from "./lost-before.ts";
import { neverBoots } from "./never-boots.ts";
import { rateLimited } from "./rate-limited.ts";
import { serverError } from "./server-error.ts";
import { serverErrorAfter } from "./server-error-after.ts";
import { shuffledList } from "./shuffled-list.ts";
import { slow } from "./slow.ts";
import { staleList } from "./stale-list.ts";
import { vmDies } from "./vm-dies.ts";

export const faultKinds: readonly FaultKind[] = [
  slow,
  lostBefore,
  lostAfter,
  cutAnswer,
  serverError,
  serverErrorAfter,
  rateLimited,
  staleList,
  shuffledList,
  lateIp,
  createRefused,
  neverBoots,
  cloneWithoutNetwork,
  vmDies,
];
