#!/usr/bin/env python3
"""Known answers for smqtt-crypto from an independent implementation: py_ecc for the curve, hashlib and hmac for the rest.

    pip install py_ecc && python3 fabeo.py > fabeo.json

Written from SPEC.md alone (sections 4 to 7); shares no code with the crate. The only external parts are py_ecc's field arithmetic,
its pairing and its RFC 9380 hash.
"""
import hashlib
import hmac
import json

from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.bls.point_compression import compress_G1, compress_G2
from py_ecc.optimized_bls12_381 import G1, G2, add, curve_order as R, multiply, neg, pairing

DST = b"SMQTT-V01-CS01-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"


def transcript(label, *parts):
    h = hashlib.sha256()
    for part in (label.encode(),) + parts:
        h.update(len(part).to_bytes(8, "big") + part)
    return h.digest()


def extract(salt, ikm):
    return hmac.new(salt, ikm, hashlib.sha256).digest()


def expand(prk, label, context, length):
    info, out, block, n = label.encode() + b"\0" + context, b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([n]), hashlib.sha256).digest()
        out, n = out + block, n + 1
    return out[:length]


def xmd(message, dst, length):
    tail = dst + bytes([len(dst)])
    b0 = hashlib.sha256(b"\0" * 64 + message + length.to_bytes(2, "big") + b"\0" + tail).digest()
    block, out, n = b"\0" * 32, b"", 1
    while len(out) < length:
        block = hashlib.sha256(bytes(a ^ b for a, b in zip(b0, block)) + bytes([n]) + tail).digest()
        out, n = out + block, n + 1
    return out[:length]


class Draw:
    def __init__(self, seed):
        self.seed, self.count = seed, 0

    def __call__(self):
        wide = xmd(self.seed + self.count.to_bytes(4, "big"), b"SMQTT-V01-SCALAR", 48)
        self.count += 1
        return int.from_bytes(wide, "big") % R


def attribute(domain, key, value):
    return bytes([domain]) + len(key).to_bytes(2, "big") + key + len(value).to_bytes(4, "big") + value


def text(name, value):
    return attribute(1, name.encode(), value.encode())


def node(bits, depth, prefix):
    return bytes([bits, 4, depth]) + prefix.to_bytes(8, "big")


def path(bits, value):
    depths = bits // 4
    return [(d, value >> 4 * (depths - d)) for d in range(1, depths + 1)]


def number_path(name, bits, value):
    return [attribute(2, name.encode(), node(bits, d, p)) for d, p in path(bits, value)]


def epoch_path(value):
    return [attribute(3, b"", node(24, d, p)) for d, p in path(24, value)]


def level(index, value):
    return attribute(4, bytes([0]) + index.to_bytes(2, "big"), value.encode())


def topic_attributes(topic):
    levels = topic.split("/")
    out = [level(i, l) for i, l in enumerate(levels)]
    out.append(attribute(4, bytes([1]), len(levels).to_bytes(2, "big")))
    if not topic.startswith("$"):
        out.append(attribute(4, bytes([2]), b""))
    return out


def H(u):
    return hash_to_G1(u, DST, hashlib.sha256)


def g1_bytes(p):
    return compress_G1(p).to_bytes(48, "big")


def g2_bytes(p):
    a, b = compress_G2(p)
    return a.to_bytes(48, "big") + b.to_bytes(48, "big")


def e(p, q):
    """SPEC 4.4: the loop runs over x, which is negative (py_ecc: over |x|, hence the inverse), and the final exponent is
    3 (p^12 - 1) / r, three times the one of py_ecc."""
    return pairing(q, neg(p)) ** 3


def gt_bytes(f):
    """py_ecc: one polynomial in w with w^12 = 2 w^6 - 2, that is u = w^6 - 1. SPEC 4.4: the tower, v = w^2."""
    c = [int(x) for x in f.coeffs]
    out = b""
    for k in range(2):
        for j in range(3):
            i = 2 * j + k
            a, b = (c[i] + c[i + 6]) % P, c[i + 6] % P
            out += a.to_bytes(48, "big") + b.to_bytes(48, "big")
    return out


P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB


def share(tree, secret, draw, out):
    """tree: bytes for a leaf, or (k, [children])."""
    order = [(tree, secret)]
    while order:
        node_, value = order.pop(0)
        if isinstance(node_, bytes):
            out.append((node_, value))
            continue
        k, children = node_
        n = len(children)
        if k == n:
            shares = [draw() for _ in range(n - 1)]
            shares.append((value - sum(shares)) % R)
        else:
            poly = [value] + [draw() for _ in range(k - 1)]
            shares = [sum(a * pow(x, i, R) for i, a in enumerate(poly)) % R for x in range(1, n + 1)]
        order = list(zip(children, shares)) + order
    return out


def occurrences(leaves):
    seen, out = {}, []
    for u in leaves:
        out.append(seen.get(u, 0))
        seen[u] = out[-1] + 1
    return out


def leaves_of(tree):
    return [tree] if isinstance(tree, bytes) else [u for child in tree[1] for u in leaves_of(child)]


def keygen_kp(alpha, tree, seed):
    draw = Draw(seed)
    rho = occurrences(leaves_of(tree))
    r = [draw() for _ in range(max(rho) + 1)]
    rows = share(tree, alpha, draw, [])
    sk1 = [multiply(G2, x) for x in r]
    sk2 = [add(multiply(G1, lam), multiply(H(u), r[j])) for (u, lam), j in zip(rows, rho)]
    return sk1, sk2


def fo_transcript(kem, public_id, topic, epoch, access, context):
    return transcript("SMQTT/1 FO", bytes([kem]), public_id, topic.encode(), epoch.to_bytes(8, "big"), access, context)


def finish(z, s, points, t, message):
    pad = expand(extract(t, gt_bytes(z ** s)), "mask", transcript("SMQTT/1 points", points), 32)
    return points + bytes(a ^ b for a, b in zip(message, pad))


def encapsulate_kp(z, attributes, t, message):
    s = Draw(expand(extract(t, message), "rand", b"", 32))()
    points = g2_bytes(multiply(G2, s)) + b"".join(g1_bytes(multiply(H(u), s)) for u in sorted(set(attributes)))
    return finish(z, s, points, t, message)


def encapsulate_cp(z, tree, t, message):
    draw = Draw(expand(extract(t, message), "rand", b"", 32))
    s = draw()
    rho = occurrences(leaves_of(tree))
    primes = [draw() for _ in range(max(rho) + 1)]
    rows = share(tree, s, draw, [])
    base = H(attribute(0, b"", b""))
    points = b"".join(g2_bytes(multiply(G2, x)) for x in [s] + primes)
    points += b"".join(
        g1_bytes(add(multiply(base, lam), multiply(H(u), primes[j]))) for (u, lam), j in zip(rows, rho)
    )
    return finish(z, s, points, t, message)


def keygen_cp(alpha, attributes, seed):
    r = Draw(seed)()
    blinded = add(multiply(G1, alpha), multiply(H(attribute(0, b"", b"")), r))
    return multiply(G2, r), blinded, [multiply(H(u), r) for u in sorted(set(attributes))]


def schedule(message, psk, public_id, header, suite_key_len):
    prk = extract(b"SMQTT/1" + public_id, message + psk)
    return {
        "key": expand(prk, "key", header, 32)[:suite_key_len].hex(),
        "nonce": expand(prk, "nonce", header, 16).hex(),
        "key_id": expand(prk, "id", header, 8).hex(),
        "commitment": expand(prk, "commit", header, 32).hex(),
    }


def main():
    out = {"source": "smqtt-crypto/vectors/fabeo.py with py_ecc", "dst": DST.decode()}
    alpha = int.from_bytes(hashlib.sha256(b"SMQTT test alpha").digest(), "big") % R
    z = e(multiply(G1, alpha), G2)
    out["alpha"] = alpha.to_bytes(32, "big").hex()
    out["z"] = gt_bytes(z).hex()
    out["ids"] = {str(k): transcript("SMQTT/1 public key", bytes([k]), gt_bytes(z)).hex() for k in (1, 2)}
    named = [
        attribute(0, b"", b""), text("team", "a"), text("A1", "0"), text("A", "10"), level(0, ""), level(31, "é"),
        attribute(4, bytes([1]), (3).to_bytes(2, "big")), attribute(4, bytes([2]), b""),
    ] + epoch_path(480)[:2] + number_path("gen", 32, 7)[-1:]
    out["hashes"] = [{"attribute": u.hex(), "point": g1_bytes(H(u)).hex()} for u in named]

    # Key-policy. Each policy stands beside its tree, made by hand from the specification.
    t_a = lambda v: text("a", v)
    kp_policies = [
        ('a = "1"', t_a("1")),
        ('topic("house/+/temperature")',
         (3, [level(0, "house"), level(2, "temperature"), attribute(4, bytes([1]), (3).to_bytes(2, "big"))])),
        ('topic("#")', attribute(4, bytes([2]), b"")),
        ('a = "1" and (a = "2" or a = "1") and a = "1"', (3, [t_a("1"), (1, [t_a("2"), t_a("1")]), t_a("1")])),
        ('2 of (a = "1", a = "2", a = "3" and a = "4")', (2, [t_a("1"), t_a("2"), (2, [t_a("3"), t_a("4")])])),
        ('epoch in [480..503]',
         (1, [attribute(3, b"", node(24, 5, 480 >> 4))] + [attribute(3, b"", node(24, 6, v)) for v in range(496, 504)])),
        ('gen = 7', number_path("gen", 32, 7)[-1]),
        ('gen > 4294967279', attribute(2, b"gen", node(32, 7, 0xFFFFFFF))),
    ]
    out["kp_keys"] = []
    for i, (policy, tree) in enumerate(kp_policies):
        seed = hashlib.sha256(b"kp key %d" % i).digest()
        sk1, sk2 = keygen_kp(alpha, tree, seed)
        out["kp_keys"].append({
            "policy": policy, "seed": seed.hex(),
            "sk1": [g2_bytes(p).hex() for p in sk1], "sk2": [g1_bytes(p).hex() for p in sk2],
        })

    empty_labels = bytes([0])
    gen_label = bytes([1, 2]) + (3).to_bytes(2, "big") + b"gen" + bytes([32]) + (7).to_bytes(8, "big")
    a_labels = bytes([4]) + b"".join(
        bytes([1]) + (1).to_bytes(2, "big") + b"a" + (1).to_bytes(2, "big") + v for v in (b"1", b"2", b"3", b"4"))
    out["kp_encapsulations"] = []
    for i, (topic, epoch, access, extra) in enumerate([
        ("house/kitchen/temperature", 481, empty_labels, []),
        ("$SYS/broker", 0, gen_label, number_path("gen", 32, 7)),
        ("t", 500, a_labels, [t_a(v) for v in "1234"]),
    ]):
        message = hashlib.sha256(b"kp message %d" % i).digest()
        context = hashlib.sha256(b"kp context %d" % i).digest()
        t = fo_transcript(1, bytes.fromhex(out["ids"]["1"]), topic, epoch, access, context)
        attributes = topic_attributes(topic) + epoch_path(epoch) + extra
        out["kp_encapsulations"].append({
            "topic": topic, "epoch": epoch, "access": access.hex(), "context": context.hex(), "message": message.hex(),
            "encapsulation": encapsulate_kp(z, attributes, t, message).hex(),
        })

    # Ciphertext-policy.
    cp_held = [text("role", "nurse")] + number_path("level", 32, 4)
    cp_labels = (bytes([2, 1]) + (4).to_bytes(2, "big") + b"role" + (5).to_bytes(2, "big") + b"nurse"
                 + bytes([2]) + (5).to_bytes(2, "big") + b"level" + bytes([32]) + (4).to_bytes(8, "big"))
    seed = hashlib.sha256(b"cp key").digest()
    g2_r, blinded, held = keygen_cp(alpha, cp_held, seed)
    out["cp_key"] = {
        "labels": cp_labels.hex(), "seed": seed.hex(), "g2_r": g2_bytes(g2_r).hex(), "blinded": g1_bytes(blinded).hex(),
        "held": [g1_bytes(p).hex() for p in held],
    }
    out["cp_encapsulations"] = []
    role = lambda v: text("role", v)
    for i, (policy, tree) in enumerate([
        ('role = "nurse"', role("nurse")),
        ('role = "nurse" and level = 4 and role = "nurse"',
         (3, [role("nurse"), number_path("level", 32, 4)[-1], role("nurse")])),
        ('2 of (role = "doctor", level = 4, role = "nurse")',
         (2, [role("doctor"), number_path("level", 32, 4)[-1], role("nurse")])),
    ]):
        message = hashlib.sha256(b"cp message %d" % i).digest()
        context = hashlib.sha256(b"cp context %d" % i).digest()
        out["cp_encapsulations"].append({"policy": policy, "context": context.hex(), "message": message.hex()})
        # The canonical policy bytes come from SPEC 5.2, written by hand here.
        access = {0: text_item("role", "nurse"), 1: gate(1, 3) + text_item("role", "nurse") + number_item("level", 4)
                  + text_item("role", "nurse"), 2: of(2, 3) + text_item("role", "doctor") + number_item("level", 4)
                  + text_item("role", "nurse")}[i]
        access = (1 if i == 0 else 4).to_bytes(2, "big") + access
        t = fo_transcript(2, bytes.fromhex(out["ids"]["2"]), "ward/7", 12, access, context)
        out["cp_encapsulations"][-1] |= {
            "topic": "ward/7", "epoch": 12, "access": access.hex(),
            "encapsulation": encapsulate_cp(z, tree, t, message).hex(),
        }

    header = hashlib.sha256(b"header").digest()
    out["schedule"] = {
        "secret": (b"\7" * 32).hex(), "psk": (b"\x08" * 32).hex(), "public_id": out["ids"]["1"], "header": header.hex(),
    } | schedule(b"\7" * 32, b"\x08" * 32, bytes.fromhex(out["ids"]["1"]), header, 32)
    print(json.dumps(out, indent=1))


def text_item(name, value):
    return bytes([0x11]) + len(name).to_bytes(2, "big") + name.encode() + len(value).to_bytes(2, "big") + value.encode()


def number_item(name, value):
    v = value.to_bytes(8, "big")
    return bytes([0x12]) + len(name).to_bytes(2, "big") + name.encode() + bytes([32]) + v + v


def gate(tag, n):
    return bytes([tag]) + n.to_bytes(2, "big")


def of(k, n):
    return bytes([3]) + k.to_bytes(2, "big") + n.to_bytes(2, "big")


if __name__ == "__main__":
    main()
