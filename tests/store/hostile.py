"""Texts that somebody may type into an address, a name or a search to see what happens."""

from __future__ import annotations

GOOD = "0123456789abcdef"

HOSTILE = [
    *("", " ", ".", "..", "/", "\\", "\0", "\n", "~", "*", "%", "_", "-", "--", "'", '"', "`", ";", "?", ":x", "$1"),
    *("%s", "%(id)s", "{id}", "{0}", "\\0", "\\'", "\\%", "/%", "/_", "//", "%%", "__", "[a-z]", "^", "(", "()"),
    *("' OR 1=1", "' OR '1'='1", "' OR 1=1 --", '" OR ""="', "1; DROP TABLE runs", "'; DROP TABLE runs; --"),
    *("'); DELETE FROM labels; --", "' UNION SELECT record FROM runs --", "x' AND 1=(SELECT 1) --", "admin'/*"),
    *("$$; DROP TABLE runs; $$", "E'\\x27'", "U&'\\0027'", "x'00'", "||", "'||(SELECT version())||'", "%' OR '%'='"),
    *("pg_sleep(10)", "'; SELECT pg_sleep(10); --", "randomblob(1000000000)", "load_extension('x')", "ATTACH 'x'"),
    *("../secret", "..\\secret", "../../etc/passwd", "/etc/passwd", "/dev/zero", "file:///etc/passwd", "C:\\x"),
    *("..%2fsecret", "%2e%2e/", "~/x", "$HOME", "`ls`", "$(ls)", "|ls", "> x", "con", "nul", "aux.sqlite"),
    *("sqlite:///x", "postgresql://x", "playground.sqlite", "playground.sqlite-wal", "alembic_version"),
    *(f"{GOOD}{end}" for end in ("\n", "\0", " ", "/", "'", "%", ".json", "0", "\u2028", "\ufeff", "' --")),
    *(f"{start}{GOOD}" for start in ("\n", "\0", " ", "./", "0x", "+", "\ufeff", "\u200b", "\u202e")),
    *(GOOD.upper(), GOOD[:-1], GOOD[:-1] + "g", GOOD[:-1] + "_", GOOD[:-1] + "%", GOOD * 2, "_" * 16, "%" * 16),
    *(
        "０１２３４５６７８９ａｂｃｄｅｆ",
        "٠١٢٣٤٥٦٧٨٩abcdef",
        "аbcdef0123456789",
        "\ud800" * 16,
        "🐋" * 16,
        "\x7f" * 16,
    ),
    *("<script>alert(1)</script>", "{{7*7}}", "null", "None", "[]", "NaN", "é", "e\u0301", "İ", "ß", "ﬃ", "\x1b[2J"),
    *("a" * 100_000, "'" * 10_000, "%" * 10_000, "_" * 10_000, "\\" * 10_000, "\0" * 10_000),
]
