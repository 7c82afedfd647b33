#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes lists of invented people, sound ones and damaged ones, for the scenario of `elig-build inspect`.

inspected_lists.py FOLDER
"""
import base64
import gzip
import json
import os
import sys
import unicodedata

FOLDER = sys.argv[1]
KOREAN = ["김서준", "이도윤", "박하은", "최지우", "정예준", "강서연", "조민준", "윤수아", "장하준", "임지안"]
JAPANESE = ["佐藤 さくら", "鈴木 ひなた", "高橋 ゆうと", "田中 あおい", "伊藤 はると"]
GERMAN = ["Jürgen Müller", "Käthe Schröder", "Björn Weiß", "Änne Groß", "Rüdiger Höfer"]
TURKISH = ["Ayşe Yıldız", "Oğuz Şahin", "İpek Çağlar", "Işıl Gül", "Doğan Kılıç"]
CHINESE = ["王晓明", "李建国", "张丽华", "赵永强", "陈思雨", "周志远", "徐文静", "朱海燕"]
POLISH = ["Łukasz Wójcik", "Małgorzata Dąbrowska", "Stanisław Żak", "Bożena Ślęzak"]


def write(name, text, encoding="utf-8"):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode(encoding))


def mail(i):
    return f"lotus.cedar{i:06}@mail{i % 5}.example.org"


def phone(i):
    return f"010-{2000 + i % 7000:04}-{(i * 7919) % 10000:04}"


def birth(i):
    return f"{1950 + i % 50}-{1 + i % 12:02}-{1 + i % 28:02}"


def table(rows, header=("mail", "phone", "name"), delimiter=",", end="\n"):
    lines = [header] if header else []
    return "".join(delimiter.join(row) + end for row in lines + list(rows))


def people(count, names=KOREAN, first=1):
    return [(mail(i), phone(i), names[i % len(names)]) for i in range(first, first + count)]


def stray(count, every):
    rows = []
    for i in range(1, count + 1):
        name = f"nick{'abcdefghij'[i % 10]}"
        name = '"' + name if i % every == 1 else name + '"' if i % every == 4 else name
        rows.append((mail(i), phone(i), name))
    return table(rows, ("mail", "phone", "nickname"), "\t")


def sound():
    write("sound-utf8.csv", table(people(300)))
    write("sound-mark.csv", "\ufeff" + table(people(300), end="\r\n"))
    write("sound-cp949.csv", table(people(300)), "cp949")
    write("sound-cp932.csv", table([(mail(i), f"090-{1000 + i}-{2000 + i}", JAPANESE[i % 5]) for i in range(300)]), "cp932")
    write("sound-1252.csv", table([(mail(i), GERMAN[i % 5] + "abcdefg"[i % 7], birth(i)) for i in range(300)],
                                  ("email", "name", "birth"), ";"), "cp1252")
    write("sound-1254.csv", table([(mail(i), TURKISH[i % 5]) for i in range(300)], ("email", "ad"), ";"), "cp1254")
    write("sound-1250.csv", table([(mail(i), POLISH[i % 4]) for i in range(300)], ("email", "osoba"), "|"), "cp1250")
    write("sound-gb18030.csv", table([(mail(i), CHINESE[i % 8]) for i in range(300)], ("email", "name")), "gb18030")
    write("sound-utf16.csv", "\ufeff" + table(people(300), delimiter="\t"), "utf-16-le")
    write("sound-no-header.csv", table(people(300), None))
    write("sound-person.csv", table([(KOREAN[i % 10] + "가나다라마바사"[i % 7], birth(i)) for i in range(300)],
                                    ("name", "birth")))
    write("sound-quoted.csv", table([(f'"{mail(i)}"', f'"Seoul, Gangnam\nroom {i}"', f'"{phone(i)}"') for i in range(300)],
                                    ('"mail"', '"address"', '"phone"')))
    write("sound-members.csv", table([(f"{20000000 + 7919 * i}", KOREAN[i % 10]) for i in range(300)], ("member", "name")))
    write("sound-tiers.csv", table([(mail(i), ("gold", "silver")[i % 2]) for i in range(300)], ("mail", "tier")))


def of_the_case_file():
    write("stray.tsv", stray(40, 12))
    write("stray-large.tsv", stray(100000, 300))
    write("header-only.csv", "mail,phone,name\n")
    write("gzip.csv", gzip.compress(table(people(300)).encode()))
    write("cp949-names.csv", table(people(300)), "cp949")
    write("empty-column.csv", table([(mail(i), "", KOREAN[i % 10]) for i in range(300)]))
    write("cut.csv", table(people(300))[:-30])
    write("twice.csv", table(people(100)) + table(people(100, first=200)))
    write("placeholder.csv", table([(mail(i), "010-0000-0000" if i % 2 else phone(i), "x") for i in range(20000)]))
    photo = base64.b64encode(bytes(1200000)).decode()
    write("photo.csv", table([(mail(i), phone(i), photo if i == 50 else "") for i in range(100)], ("mail", "phone", "photo")))
    write("xlsx.csv", b"PK\x03\x04" + bytes(300))
    write("zstd.csv", b"\x28\xb5\x2f\xfd" + bytes(300))
    write("lines.json", "".join(json.dumps({"mail": mail(i)}) + "\n" for i in range(10)))
    write("sep.csv", "sep=;\n" + table(people(10), delimiter=";"))
    write("titles.csv", "Customers of the autumn campaign\nPrinted 2026-11-01\n" + table(people(300)))
    write("extended-cp949.csv", table([(mail(i), "똠방각하"[i % 4] + "펲시"[i % 2] + "믜") for i in range(300)], ("mail", "name")), "cp949")
    write("decomposed.csv", table(people(300), ("이메일", "전화", "이름")).replace("이메일", unicodedata.normalize("NFD", "이메일")))
    write("unclosed.csv", table([(mail(i), f'"{phone(i)}"', "x") for i in range(300)]) + mail(300) + ',"010-5550-0001,x\n')
    write("blanks.csv", table(people(300), ("Email ", " Phone", "이름")))


def undecided():
    plain = [phone(i).replace("-", "") for i in range(300)]
    write("plain-phones.csv", table([(x,) for x in plain], ("phone",)))
    write("plain-phones-names.csv", table([(x, KOREAN[i % 10]) for i, x in enumerate(plain)], ("phone", "name")))
    write("lost-zeros.csv", table([(x[1:],) for x in plain], ("전화",)))
    write("seoul.csv", table([(f"2{3000000 + 7919 * i}", mail(i)) for i in range(300)], ("tel", "mail")))
    write("ranges.csv", table([(f"031-{200 + i}-{1000 + i}~{1 + i % 9}", mail(i)) for i in range(300)], ("tel", "mail")))
    write("two-phones.csv", table([(phone(i) + " / " + phone(i + 300),) for i in range(300)], ("phone",)))
    write("no-name.csv", table([(x[1:],) for x in plain], None))
    write("lengths.csv", table([(str(7 ** (1 + i % 9)), KOREAN[i % 10]) for i in range(300)], ("member", "name")))
    names = [KOREAN[i % 10] + "가나다라마바사"[i % 7] for i in range(300)]
    for name, dates in (("month-first", [f"{1 + i % 12}/{1 + i % 28}/{1950 + i % 50}" for i in range(300)]),
                        ("either-way", [f"{1 + i % 12}/{1 + i * 7 % 12}/{1950 + i % 50}" for i in range(300)]),
                        ("both-ways", [f"{1 + i % 28}/5/1990" if i % 2 else f"5/{1 + i % 28}/1990" for i in range(300)]),
                        ("bad-day", ["31.02.1990" if i == 77 else f"{1 + i % 28}.{1 + i % 12}.1990" for i in range(300)]),
                        ("serial-dates", [str(25000 + 31 * i) for i in range(300)])):
        write(name + ".csv", table(list(zip(names, dates)), ("name", "birth")))


def of_our_own():
    write("floats.csv", table([(mail(i), f"{12345 + i}.0") for i in range(300)], ("mail", "member")))
    write("exponents.csv", table([(mail(i), f"8.21E+{10 + i % 3}" if i % 3 == 0 else phone(i)) for i in range(300)],
                                 ("mail", "phone")))
    write("several.csv", table([(mail(i) + ";" + mail(i + 1000) if i % 10 == 5 else mail(i), KOREAN[i % 10])
                                for i in range(300)], ("mail", "name")))
    write("day-first.csv", table([(KOREAN[i % 10] + "가나다라마바사"[i % 7], f"{1 + i % 28:02}/{1 + i % 12:02}/{1950 + i % 50}")
                                  for i in range(300)], ("name", "birth")))
    write("serials.csv", table([(mail(i), str(25000 + 31 * i)) for i in range(300)], ("mail", "birth")))
    write("mixed-quotes.csv", table([(mail(i), '"Seoul, Gangnam"', '"nick' if i % 50 == 7 else "nick")
                                     for i in range(300)], ("mail", "address", "nick")))
    write("widths.csv", table([(mail(i), phone(i), "x") if i % 100 != 50 else (mail(i), phone(i)) for i in range(300)]))
    write("lost.csv", table([(mail(i), phone(i), "J?rg ??" if i % 3 == 0 else "M\ufffdller") for i in range(300)]))
    half = table(people(300)).encode("utf-8").split(b"\n")
    half[150] = half[150].decode("utf-8").encode("cp949")
    write("half-cp949.csv", b"\n".join(half))
    write("apostrophes.csv", table([("'" + mail(i), phone(i), "x") for i in range(300)]))
    write("short-years.csv", table([(KOREAN[i % 10] + "가나다라마바사"[i % 7], f"{50 + i % 50}.{1 + i % 12:02}.{1 + i % 28:02}")
                                    for i in range(300)], ("name", "birth")))
    write("other-columns.csv", table([(phone(i), mail(i)) for i in range(300)], ("phone", "mail")))
    write("binary.csv", bytes((i * 197 + i // 7) % 256 or 1 for i in range(5000)))


def misleading():
    """Lists whose options would list somebody else, or pass people over."""
    names = [KOREAN[i % 10] + "가나다라마바사"[i % 7] for i in range(300)]
    for name, column, cells in (("braces", "email", [f"{{{mail(i)}}}" for i in range(300)]),
                                ("half", "연락처", [mail(i) if i % 2 else phone(i) for i in range(300)]),
                                ("float-members", "회원번호", [f"{10000 + 7 * i}.0" for i in range(300)]),
                                ("times", "생년월일", [birth(i) + " 15:00:00" for i in range(300)]),
                                ("rounded", "카드번호", [f"{123456789012345 + 7919 * i}0" for i in range(300)]),
                                ("buddhist", "생년월일", [f"{2493 + i % 50}" + birth(i)[4:] for i in range(300)]),
                                ("channels", "이메일", ["전화" if i % 2 else "이메일" for i in range(300)])):
        header = ("이름", column) if name != "channels" else None
        write(name + ".csv", table(list(zip(names, cells)), header))
    for name, delimiter in (("caret", "^"), ("colon", ":"), ("wide-comma", "，"), ("fixed-width", "      ")):
        write(name + ".txt", table([(names[i], mail(i)) for i in range(300)], None, delimiter))
    write("contacts.vcf", "".join(f"BEGIN:VCARD\nVERSION:3.0\nFN:{names[i]}\nEND:VCARD\n" for i in range(30)))
    write("people.ldif", "".join(f"dn: cn=n{i}\nmail: {mail(i)}\n\n" for i in range(30)))
    write("three-mails.csv", table([(mail(i), mail(1000 + i), mail(2000 + i)) for i in range(300)],
                                   ("E-mail", "E-mail work", "E-mail home")))
    write("ambiguous-beside-mail.csv", table([(mail(i), names[i], f"{1 + i % 12}/{1 + i * 7 % 12}/{1950 + i % 50}")
                                              for i in range(300)], ("mail", "name", "birth")))
    for encoding, people_of in (("cp1253", ["Γιώργος Παππάς", "Ελένη Ζωή"]), ("iso8859-8", ["יוסף כהן", "שרה לוי"]),
                                ("iso8859-2", POLISH), ("koi8-r", ["Иван Петров", "Мария Щукина", "Пётр Жуков"]),
                                ("cp1250", ["Gergő Szűcs", "Örs Kőszegi", "Éva Fűzi"]), ("iso8859-6", ["محمد علي", "أحمد حسن"])):
        rows = [(people_of[i % len(people_of)] + " " + chr(65 + i % 26), birth(i)) for i in range(300)]
        write(f"name-{encoding}.csv", table(rows, ("name", "birth")), encoding)
    write("one-letter.csv", table([("Zo\xeb Smith" if i == 7 else "Ann Smith", birth(i)) for i in range(30)], ("name", "birth")), "mac_roman")


sound()
of_the_case_file()
misleading()
undecided()
of_our_own()
