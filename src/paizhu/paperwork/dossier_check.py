"""Verify this dossier with Python 3.9 or later and nothing else: python3 verify.py [PUBLIC KEY]
Ends with 0 if everything holds, with 1 and the page that does not. 只需 Python,无须安装其他软件。"""

# fmt: off
import hashlib
import json
import re
import sys
from pathlib import Path

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def need(holds: bool, words: str) -> None:
    if not holds:
        raise ValueError(words)
def digest(data: bytes, name: str) -> str:
    return f"{name}:{hashlib.new(name, data).hexdigest()}"
def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def add(a: tuple, b: tuple) -> tuple:
    t = D * a[0] * b[0] * a[1] * b[1] % P
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + t, -1, P) % P,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, P) % P)
def times(number: int, point: tuple) -> tuple:
    result = (0, 1)
    for bit in bin(number)[2:]:
        result = add(add(result, result), point) if bit == "1" else add(result, result)
    return result
def point(data: bytes) -> tuple:
    y = int.from_bytes(data, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * (1 if (x * x - square) % P == 0 else pow(2, (P - 1) // 4, P)) % P
    need((x * x - square) % P == 0, "checkpoint.json: no such key or signature 公钥或签名无效")
    return (x if x % 2 == data[31] >> 7 else P - x, y)
def is_signed(key: bytes, signature: bytes, text: bytes) -> bool:  # Ed25519, RFC 8032
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(r + key + text).digest(), "little") % Q
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return s < Q and times(s, base) == add(point(r), times(h, point(key)))

def check(folder: Path, wanted: str) -> str:
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    sums = [f"{digest(files[n], 'sha256')[7:]}  {n}" for n in sorted(files) if n != "SHA256SUMS"]
    need(files["SHA256SUMS"].decode().split("\n")[:-1] == sums, "SHA256SUMS: 有文件被改动 a changed file")
    rules = {name[6:].replace("-", ":"): data for name, data in files.items() if name[:6] == "rules/"}
    for name, data in rules.items():
        need(digest(data, name.split(":")[0]) == name, f"rules/{name}: 规则文本被改动 changed")
    book, chain, signed = (json.loads(files[f"{n}.json"]) for n in ("entries", "chain", "checkpoint"))
    lines, last, seq = {line["seq"]: line for line in book["lines"]}, chain["prev"], 0
    need(len(lines) == len(book["lines"]) > 0, "entries.json: 页码重复 a page twice")
    for seq, pair in enumerate(chain["lines"], chain["first"]):
        line, page = lines.pop(seq, None), f"第 {seq} 页 page {seq}: "
        need((line is None) != (pair is None), page + "缺失或重复 not there, or there twice")
        if line:
            header, text, name = line["header"], canonical(line["payload"]), line["header"]["hash"]
            place = header["seq"], header["matter"], line["prev"]
            need(place == (seq, book["ref"], last), page + "位置不符 not in its place")
            content = digest(f"{line['salt']}\n".encode() + text, name)
            as_written = line["payload"] is line["salt"] is None or content == line["payload_digest"]
            need(as_written, page + "内容被改动 content changed")
            parts = re.findall(r"(?:sha256|sm3):[0-9a-f]{64}", rules.get(header["rules"], b"").decode())
            need({header["rules"], *parts} - {""} <= set(rules), page + "缺少规则文本 no rule text")
            pair = digest(canonical(header), name), line["payload_digest"]
        last = digest(f"{last}\n{pair[0]}\n{pair[1]}".encode(), pair[0].split(":")[0])
        need(not line or last == line["digest"], page + "本页被改动 changed")
    ends = not lines and (seq, last) == (signed["seq"], signed["digest"])
    need(ends, f"第 {seq} 页 page {seq}: 此前与签署不符 up to here not as signed")
    said = canonical({"what": "paizhu checkpoint", **{n: signed[n] for n in ("at", "digest", "seq")}})
    need(wanted in ("", signed["key"]), "checkpoint.json: 不是所给公钥 another key")
    key, signature = map(bytes.fromhex, (signed["key"], signed["signature"]))
    need(is_signed(key, signature, said), "checkpoint.json: 签名不成立 bad signature")
    return f"成立 holds: {book['ref']}, {signed['at']}, public key 公钥 {signed['key']}\n"

if __name__ == "__main__":
    try:
        sys.stdout.write(check(Path(__file__).resolve().parent, "".join(sys.argv[1:2])))
    except Exception as error:  # noqa: BLE001 - whatever is broken, the dossier does not hold
        sys.exit(f"不成立 DOES NOT HOLD: {error!r}")
