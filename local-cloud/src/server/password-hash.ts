import { createHash, randomBytes } from "node:crypto";

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** The default of the scheme, which is then left out of the text. */
const ROUND_COUNT = 5_000;
/** Bytes of the digest in the order in which the scheme writes them, three at a time. */
const OUTPUT_TRIPLES = Array.from({ length: 21 }, (_, index) => {
  const triple = [index, index + 21, index + 42];
  const shift = index % 3;
  return [...triple.slice(shift), ...triple.slice(0, shift)];
});

/** `$6$salt$hash`, as in /etc/shadow: Drepper's SHA-crypt with SHA-512, which Node's crypto does not have. */
export function hashPassword(password: string, salt = randomSalt()): string {
  const key = Buffer.from(password, "utf8");
  const saltBytes = Buffer.from(salt, "utf8");

  const inner = sha512(key, saltBytes, key);
  const bits = [...key.length.toString(2)].reverse();
  const start = sha512(
    key,
    saltBytes,
    repeat(inner, key.length),
    ...bits.map((bit) => (bit === "1" ? inner : key)),
  );

  const keySequence = repeat(sha512(...Array<Buffer>(key.length).fill(key)), key.length);
  const saltCopies = Array<Buffer>(16 + (start[0] ?? 0)).fill(saltBytes);
  const saltSequence = repeat(sha512(...saltCopies), saltBytes.length);

  let digest = start;
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    const odd = round % 2 === 1;
    digest = sha512(
      odd ? keySequence : digest,
      ...(round % 3 === 0 ? [] : [saltSequence]),
      ...(round % 7 === 0 ? [] : [keySequence]),
      odd ? digest : keySequence,
    );
  }
  return `$6$${salt}$${encode(digest)}`;
}

function encode(digest: Buffer): string {
  const letters = (value: number, count: number) =>
    Array.from({ length: count }, (_, index) => ALPHABET[(value >> (6 * index)) & 63]).join("");
  const triples = OUTPUT_TRIPLES.map(([a = 0, b = 0, c = 0]) =>
    letters(((digest[a] ?? 0) << 16) | ((digest[b] ?? 0) << 8) | (digest[c] ?? 0), 4),
  );
  return triples.join("") + letters(digest[63] ?? 0, 2);
}

function sha512(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function repeat(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes);
}

function randomSalt(): string {
  return [...randomBytes(16)].map((byte) => ALPHABET[byte & 63]).join("");
}
