import { generateKeyPairSync, randomBytes } from "node:crypto";

/** An ed25519 pair in the forms OpenSSH reads. */
export interface SshKeyPair {
  /** PEM text of an unencrypted `openssh-key-v1` container, ends with a newline. */
  readonly privateKey: string;
  /** One line of an `authorized_keys` file without its comment: `ssh-ed25519 AAAA...`. */
  readonly publicKey: string;
}

const KEY_TYPE = "ssh-ed25519";
/** Cipher "none" still pads the private section to this block size (OpenSSH PROTOCOL.key). */
const BLOCK_BYTES = 8;

/**
 * Makes a new pair. The container is written by hand because PKCS#8, the only private form Node writes for
 * ed25519, is refused by OpenSSH's client ("invalid format", measured with 9.2).
 */
export function generateSshKeyPair(comment: string): SshKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const seed = Buffer.from(privateKey.export({ format: "jwk" }).d ?? "", "base64url");
  const point = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const publicBlob = Buffer.concat([lengthPrefixed(KEY_TYPE), lengthPrefixed(point)]);
  return {
    privateKey: pem(container(publicBlob, seed, point, comment)),
    publicKey: `${KEY_TYPE} ${publicBlob.toString("base64")}`,
  };
}

function container(publicBlob: Buffer, seed: Buffer, point: Buffer, comment: string): Buffer {
  const check = randomBytes(4);
  const secretSection = Buffer.concat([
    check,
    check, // twice: a reader compares them to see whether it decrypted rightly
    lengthPrefixed(KEY_TYPE),
    lengthPrefixed(point),
    lengthPrefixed(Buffer.concat([seed, point])),
    lengthPrefixed(comment),
  ]);
  const paddingBytes = (BLOCK_BYTES - (secretSection.length % BLOCK_BYTES)) % BLOCK_BYTES;
  const padding = Buffer.from(Array.from({ length: paddingBytes }, (_, index) => index + 1));
  const keyCount = Buffer.from([0, 0, 0, 1]);
  return Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    lengthPrefixed("none"),
    lengthPrefixed("none"),
    lengthPrefixed(""),
    keyCount,
    lengthPrefixed(publicBlob),
    lengthPrefixed(Buffer.concat([secretSection, padding])),
  ]);
}

function lengthPrefixed(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
