// Verify a receipt without asking whoever issued it. In a browser, or with Node 20:
//     cp verify_receipt.js verify_receipt.mjs && node verify_receipt.mjs receipt.json [checkpoint.txt]
// `faults` are what is wrong, empty if nothing is; `proven` is what was checked. Nothing
// is sent anywhere.

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const utf8 = (text) => new TextEncoder().encode(text);
const hex = (value) => [...value].map((each) => each.toString(16).padStart(2, "0")).join("");
const equal = (one, other) => hex(one) === hex(other);

async function sha256(...parts) {
  const data = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (data.set(part, at), at + part.length), 0);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

/** The one way to write a document: keys in order, no spaces (RFC 8785, no fractions). */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
}

/** RFC 9162, 2.1.3.2. Numbers are BigInt: a log may be larger than 32 bits. */
export async function isIncluded(leaf, index, size, proof, root) {
  if (!(0n <= index && index < size)) return false;
  if ([leaf, root, ...proof].some((each) => each.length !== 32)) return false;
  let [found, position, last] = [leaf, index, size - 1n];
  for (const other of proof) {
    if (last === 0n) return false;
    if (position & 1n || position === last) {
      found = await sha256(Uint8Array.of(1), other, found);
      while (position && !(position & 1n)) [position, last] = [position >> 1n, last >> 1n];
    } else {
      found = await sha256(Uint8Array.of(1), found, other);
    }
    [position, last] = [position >> 1n, last >> 1n];
  }
  return last === 0n && equal(found, root);
}

/** Whether an Ed25519 key signed a C2SP note; null if this browser cannot tell. */
async function isSigned(note, key) {
  const end = note.lastIndexOf("\n\n");
  const [name, number] = key.split("+", 2);
  const packed = bytes(key.slice(name.length + number.length + 2));
  for (const line of note.slice(end + 2).trimEnd().split("\n")) {
    const [, by, value] = line.split(" ");
    const signature = bytes(value);
    if (by !== name || hex(signature.slice(0, 4)) !== number) continue;
    let publicKey;
    try {
      publicKey = await crypto.subtle.importKey("raw", packed.slice(1), "Ed25519", false, ["verify"]);
    } catch (error) {
      if (error.name === "NotSupportedError") return null;
      throw error;
    }
    const text = utf8(note.slice(0, end + 1));
    return crypto.subtle.verify("Ed25519", publicKey, signature.slice(4), text);
  }
  return false;
}

/** `other`: a checkpoint of the same log and size that you have from somebody else. */
export async function verifyReceipt(receipt, other) {
  if (!globalThis.crypto?.subtle) return { faults: ["no_web_crypto"], proven: [] };
  const [faults, proven] = [[], []];
  try {
    const said = bytes(receipt.commitment);
    if (receipt.document !== undefined) {
      const words = utf8(canonical(receipt.document));
      const isSame = equal(await sha256(bytes(receipt.salt), words), said);
      (isSame ? proven : faults).push(isSame ? "words" : "words_differ");
    }
    const entry = utf8(`${receipt.kind}\n${receipt.at}\n${receipt.commitment}\n`);
    const leaf = bytes(receipt.leaf);
    if (!equal(await sha256(Uint8Array.of(0), entry), leaf)) faults.push("leaf_differs");
    const [origin, size, root] = receipt.checkpoint.split("\n");
    if (origin !== receipt.origin || receipt.key.split("+")[0] !== origin) faults.push("other_log");
    const proof = receipt.proof.map(bytes);
    const index = BigInt(receipt.index);
    const isIn = await isIncluded(leaf, index, BigInt(size), proof, bytes(root));
    (isIn ? proven : faults).push(isIn ? "included" : "not_included");
    const signed = await isSigned(receipt.checkpoint, receipt.key);
    if (signed === false) faults.push("unsigned");
    else proven.push(signed ? "signed" : "signature_not_checked");
    const theirs = other?.split("\n");
    if (!theirs) proven.push("not_compared");
    else if (theirs[0] !== origin || theirs[1] !== size) faults.push("other_size");
    else if (theirs[2] !== root) faults.push("other_differs");
    else proven.push("same_as_other");
  } catch {
    return { faults: ["not_a_receipt"], proven: [] };
  }
  return { faults, proven: faults.length ? [] : proven };
}

if (globalThis.process?.argv?.[1]?.includes("verify_receipt")) {
  const { readFileSync } = await import("node:fs");
  const [receipt, other] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
  const outcome = await verifyReceipt(JSON.parse(receipt), other);
  console.log(JSON.stringify(outcome, null, 1));
  process.exitCode = outcome.faults.length ? 1 : 0;
}
