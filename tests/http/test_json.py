"""response.json() beside json.loads: the same objects, the same errors."""

from __future__ import annotations

from typing import Any

CODE = r"""
    import json, random

    TEXTS = [
        "1", "-0", "-0.0", "0.1", "1e5", "1E-5", "1e400", "-1e400", "5e-324", "2.2250738585072011e-308",
        "0.30000000000000004", "123456789.123456789123456789", "9007199254740993", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "18446744073709551615", "18446744073709551616",
        "-9223372036854775809", "1" * 400, "NaN", "[Infinity, -Infinity]", "true", "false", "null", '""', '"a"', '"ab"',
        r'"\u00e9"', r'"\ud83d\ude00"', r'"\ud83d"', r'"\udc00x"', r'"\u0000"', r'"\/\b\f\n\r\t\\ \""',
        '"é"', '"日本語 ü 😀"', '{"é": 1, "日本": 2}', "[]", "{}", " [ 1 , 2 ] \r\n\t", '{"a": 1, "b": 2, "a": 3}',
        '{"": 0, "x": {"": []}}', '{"a": {"a": {"a": [[[[]]]]}}}', "[1, 2.0, true, null, [], {}, \"\"]",
        "[" * 300 + "]" * 300, '{"k":' * 300 + "1" + "}" * 300, json.dumps(list(range(5000))),
        json.dumps({f"key {n}": n / 7 for n in range(3000)}), json.dumps({"long" * 50: "x" * 5000}),
        # not JSON
        "", " ", "[", "]", "[1,]", "{,}", '{"a"}', '{"a":}', "{a: 1}", "{'a': 1}", "01", "+1", ".5", "1.", "1e", "0x10",
        "tru", "nul", "True", '"open', '"tab\t"', '"new\nline"', '"\\x"', '"\\u12"', "1 2", "[1] x", "<html></html>",
        "\ufeff[1]", "[1]\x00", "nan", "-", "--1", "[1 2]", '{"a": 1 "b": 2}', "\x0b1",
    ]
    chance = random.Random(4711)

    def some(depth):
        kind = chance.randrange(9 if depth < 5 else 7)
        if kind == 0:
            return chance.choice([None, True, False])
        if kind == 1:
            return chance.randrange(-(2 ** 70), 2 ** 70) >> chance.randrange(70)
        if kind in (2, 3):
            return chance.choice([chance.random(), chance.uniform(-1e300, 1e300), chance.gauss(0, 1e-7), 0.0, -0.0])
        if kind in (4, 5, 6):
            return "".join(chance.choice('aZ09 \u00e9\u20ac\U0001f600"\\/\n') for _ in range(chance.randrange(12)))
        if kind == 7:
            return [some(depth + 1) for _ in range(chance.randrange(6))]
        return {str(some(9))[:8]: some(depth + 1) for _ in range(chance.randrange(6))}

    for _ in range(150):
        TEXTS.append(json.dumps(some(0), ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1])))
    broken = [list(text) for text in TEXTS[-60:]]
    for letters in broken:
        letters[chance.randrange(len(letters))] = chance.choice('[]{},:"0e-.x')
        TEXTS.append("".join(letters))

    def outcome(read):
        try:
            return repr(read())
        except ValueError as error:
            return "ValueError: " + str(error)
        except Exception as error:
            return type(error).__name__

    for text in TEXTS:
        body = text.encode()
        answer = client.post("/mirror", data=body)
        wanted = outcome(lambda: json.loads(body.decode()))
        found = outcome(answer.json)
        if found != wanted:
            note("different", text[:80], wanted[:120], found[:120])
    note("compared", len(TEXTS))
"""


def test_json_reads_what_the_standard_library_reads_and_refuses_what_it_refuses(either: Any) -> None:
    done = either(CODE)
    assert done.noted("different") == []
    [[compared]] = done.noted("compared")
    assert compared > 290
