import { stayUp } from "./stay-up.ts";

const api = { name: "api", pid: 7, running: true } as const;

describe("stayUp", () => {
  it("returns at the interruption", async () => {
    const interruption = new AbortController();
    let looks = 0;
    const look = async () => {
      looks += 1;
      if (looks === 3) interruption.abort();
      return [api];
    };

    await expect(stayUp(look, interruption.signal, 1)).resolves.toBeUndefined();
    expect(looks).toBe(3);
  });

  it("ends with a sentence when a process of the cloud has ended", async () => {
    const look = async () => [api, { name: "lxcfs", running: false } as const];

    await expect(stayUp(look, new AbortController().signal, 1)).rejects.toThrow(
      "the local cloud's lxcfs has ended by itself",
    );
  });
});
