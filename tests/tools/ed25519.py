# SPDX-License-Identifier: Apache-2.0
"""Ed25519 as RFC 8032, section 5.1, defines it, for the tests: slow, and not in constant time.

Checks signatures as libsodium does: without the cofactor, and none of a signer or a point of small order.
"""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
IDENTITY = (0, 1)


def add(a, b):
    """The sum of two points of the curve -x^2 + y^2 = 1 + d x^2 y^2."""
    (x1, y1), (x2, y2) = a, b
    mixed = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + mixed, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - mixed, -1, P)
    return x % P, y % P


def multiply(scalar, point):
    total = IDENTITY
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def decode(raw):
    """The point that 32 bytes stand for, or None."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or x == 0 and sign:
        return None
    return (x if x & 1 == sign else P - x), y


def encode(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def challenge(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


def is_signed(message, signature, public_key):
    signer, point = decode(public_key), decode(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if signer is None or point is None or scalar >= ORDER:
        return False
    if IDENTITY in (multiply(8, signer), multiply(8, point)):
        return False
    hashed = challenge(signature[:32], public_key, message)
    return multiply(scalar, BASE) == add(point, multiply(hashed, signer))


def secret_halves(seed):
    hashed = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(hashed[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, hashed[32:]


def public_key_of(seed):
    return encode(multiply(secret_halves(seed)[0], BASE))


def sign(message, seed):
    scalar, prefix = secret_halves(seed)
    once = challenge(prefix, message)
    point, public_key = encode(multiply(once, BASE)), public_key_of(seed)
    answer = (once + challenge(point, public_key, message) * scalar) % ORDER
    return point + answer.to_bytes(32, "little")
