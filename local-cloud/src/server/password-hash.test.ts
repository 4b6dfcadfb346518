import { hashPassword } from "./password-hash.ts";

describe("hashPassword", () => {
  // Made with `openssl passwd -6 -salt SALT PASSWORD`.
  it.each([
    {
      password: "Hello world!",
      salt: "saltstring",
      hash: "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
    },
    {
      password: "Geheim123Ä".repeat(12),
      salt: "0123456789abcdef",
      hash: "$6$0123456789abcdef$z.vqrYsmfqA5r07GZsXlZ5YzPEAldBWZN.2f9Z5t75jn0mJUp8CKSUWcid9fzCyMUcW.Lh1dgnmCxTCf6mlC21",
    },
    {
      password: "aB3",
      salt: "x",
      hash: "$6$x$0kM5Im7lwNLi2DXwI.fw0VYlmnDaIF9SgmoLgK5FPAU6ranuqlelNEbFEwhZWR1Dc4QKcKBzsjSyDaA0MH9sY.",
    },
  ])("agrees with openssl for salt $salt", ({ password, salt, hash }) => {
    expect(hashPassword(password, salt)).toBe(hash);
  });

  it("takes a new salt each time", () => {
    expect(hashPassword("Secret123")).not.toBe(hashPassword("Secret123"));
    expect(hashPassword("Secret123")).toMatch(/^\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/);
  });
});
